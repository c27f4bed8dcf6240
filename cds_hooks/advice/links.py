"""The links of a card: the page of each of its rules, and the site's own SMART app where it has one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from cds_hooks.advice.context import AdviceContext
from cds_hooks.hooks.response import Link, leave_out_empty
from cds_hooks.knowledge.model import Rule


def compose_page(rule_id: str, context: AdviceContext) -> str:
    """The absolute address of a rule's page: under the public base URL, never under a Host that a request names."""
    return f"{context.base_url.rstrip('/')}/rules/{rule_id}"


def compose_links(rules: Iterable[Rule], context: AdviceContext) -> tuple[Link, ...]:
    """One link per rule, named by its title, once; in short texts the leading rule's alone. Then the app."""
    voice = context.voice
    once = list({rule.id: rule for rule in rules}.values())
    shown = once[:1] if context.profile.short_texts else once
    pages = tuple(Link(voice.say("link.rule", title=voice.read(rule.title)), compose_page(rule.id, context)) for rule in shown)
    if not context.smart_app or not once:
        return pages
    told = _compose_app_context(once, context) if context.profile.app_context else ""
    return (*pages, Link(voice.say("link.app"), context.smart_app, "smart", told))


def find_rule(id: str, context: AdviceContext) -> tuple[Rule, ...]:
    """The rule of this id, or none: a card about the service itself leaves whatever the knowledge holds."""
    rule = context.knowledge.rules.get(id)
    return (rule,) if rule else ()


def _compose_app_context(rules: Sequence[Rule], context: AdviceContext) -> str:
    """What the app may open at: our own rule ids and medicine, nothing of the patient or of the order (S122)."""
    medicines = [medicine.id for medicine in context.knowledge.medicines if medicine.id == rules[0].medicine]
    told = leave_out_empty({"rules": [rule.id for rule in rules], "medicine": "".join(medicines)})
    return json.dumps(told, separators=(",", ":"))
