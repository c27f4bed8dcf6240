"""A made-up advice service, so that tests about HTTP need no medicines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cds_hooks.advice.refused import Refused
from cds_hooks.hooks.caller import Caller
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.hooks.profile import ClientProfile
from cds_hooks.knowledge.pages import Clause, PageCase, RuleLine, RulePage, SiteNumber

CARD = {"uuid": "7d4b6d50-9a0e-4f4b-8f2e-0d9ad2d7d1c5", "summary": "Stop", "indicator": "critical", "source": {"label": "x"}}


@dataclass
class FakeAdvice:
    """Answers one card, and remembers what it was asked. `error` is raised instead, where one is set."""

    asked: list[tuple[HookRequest, str, datetime]] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    error: Exception | None = None
    unready: tuple[str, ...] = ()
    knowledge_version: str = "2026.1"
    reason_codes: frozenset[tuple[str, str]] = frozenset({("urn:made-up", "made-up-reason")})
    templates: Mapping[str, str] = field(
        default_factory=lambda: {"patient": "Patient/{{context.patientId}}", "consents": "Consent?patient={{context.patientId}}"}
    )

    def advise(self, request: HookRequest, *, language: str, now: datetime, caller: Caller) -> dict[str, Any]:
        self.asked.append((request, language, now))
        self.callers.append(caller)
        if self.error:
            raise self.error
        return {"cards": [CARD]}

    def refuse(self, refused: Refused, *, language: str, now: datetime, profile: ClientProfile) -> dict[str, Any]:
        return {"cards": [{**CARD, "summary": refused.reason, "indicator": "info"}]}

    def explain(self, request: HookRequest, *, language: str, now: datetime) -> str:
        self.asked.append((request, language, now))
        return "made-up.rule  fired"

    def list_rules(self, language: str) -> tuple[RuleLine, ...]:
        page = compose_page(language)
        return (RuleLine(page.id, page.medicine, page.title, ("critical",)),)

    def describe_rule(self, rule_id: str, language: str) -> RulePage | None:
        return compose_page(language) if rule_id == "made-up.rule" else None

    def find_unready(self) -> tuple[str, ...]:
        return self.unready


def compose_page(language: str) -> RulePage:
    """A rule of a medicine that does not exist."""
    dutch = language == "nl"
    when = Clause(
        "alle van:" if dutch else "all of:", (Clause("leeftijd < 18 jaar" if dutch else "age < 18 years"), Clause("<b>b</b>"))
    )
    return RulePage(
        id="made-up.rule",
        language=language,
        medicine="Verzonnine" if dutch else "Fictidomide",
        title="Jonger dan 18" if dutch else "Under 18",
        group="caution",
        cases=(
            PageCase(
                "critical", when, "Niet onder 18" if dutch else "Not under 18", "Stop **{medicine}**. <i>x</i>", "Leeftijd."
            ),
        ),
        citation="SmPC Fictidomide 5 mg, Example Pharma",
        source_version="2026-01-01",
        section="4.2",
        unknown="Een info-kaart zegt dat de leeftijd onbekend is." if dutch else "An info card says that the age is unknown.",
        site_numbers=(SiteNumber("Window", "30", "d"),),
        fires_when="Niet volwassen." if dutch else "Not an adult.",
    )
