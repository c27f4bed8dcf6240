"""The one card of a call that was refused, for clients that show any refusal as "nothing found"."""

from __future__ import annotations

from dataclasses import dataclass

from cds_hooks.advice.cards import compose_source
from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.detail import compose_part
from cds_hooks.advice.extension import ADVICE
from cds_hooks.advice.links import compose_links, find_rule
from cds_hooks.advice.markdown import escape
from cds_hooks.advice.summary import fit_summary
from cds_hooks.advice.unchecked import GROUP, RULE
from cds_hooks.advice.voice import Voice
from cds_hooks.advice.withholding import require_sound_card
from cds_hooks.hooks.response import Card, Json, leave_out_empty


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a call got no advice: fixed words in the language of the answer, and the path of the member at fault."""

    reason: str
    element: str = ""


def compose_refused(refused: Refused, context: AdviceContext) -> Json:
    """A response with exactly one info card that says that nothing was checked, and why. Raises UnsoundResponse."""
    voice = context.voice
    said = f"{_name_element(refused, voice)}: {refused.reason}" if refused.element else refused.reason
    parts = (
        compose_part(voice.say("card.do"), [voice.say("refused.do")]),
        compose_part(voice.say("card.why"), [voice.say("refused.why", reason=escape(said))]),
        compose_part(voice.say("card.source"), [voice.say("unchecked.source")]),
    )
    card = Card(
        summary=fit_summary(tuple(voice.say("refused.summary", reason=text) for text in (said, refused.reason))),
        indicator="info",
        source=compose_source(voice.say("unchecked.source"), RULE, topic=RULE, context=context),
        uuid=context.new_uuid(),
        detail="\n\n".join(parts),
        links=compose_links(find_rule(RULE, context), context),
        extension={ADVICE: _compose_extension(refused, context)},
    )
    return require_sound_card({"cards": [card.to_json()]}, context=context)


def _name_element(refused: Refused, voice: Voice) -> str:
    """What lacked, as clinicians call it; a member of the call by its path."""
    name = voice.find_name(refused.element.removeprefix("prefetch."))
    return voice.read(name) if name else refused.element


def _compose_extension(refused: Refused, context: AdviceContext) -> Json:
    """`missing`: the prefetch key where one lacked (412), else the member of the call."""
    missing = refused.element.removeprefix("prefetch.")
    return leave_out_empty(
        {"rules": [RULE], "group": GROUP, "knowledge": context.knowledge.version, "missing": [missing] if missing else []}
    )
