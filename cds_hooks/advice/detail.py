"""The detail of a card, in the contract's order: what to do, why, what is not known, the source with its section."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.grouping import Leaflet
from cds_hooks.advice.markdown import escape, indent
from cds_hooks.advice.voice import Voice, capitalise
from cds_hooks.knowledge.model import Medicine

_NUMBERED = re.compile(r"\d")


def compose_detail(card: Leaflet, voice: Voice, *, source: str, recognised_by_name: bool = False, remark: str = "") -> str:
    """GitHub Flavored Markdown without HTML, in lists that a narrow sidebar can show. `recognised_by_name`: the order's
    medicine was known by its name alone, which the card has to say. `remark`: why what to do is not offered as a suggestion.
    `source`: as `tell_source` tells it."""
    why: list[str] = []
    facts: list[str] = []
    unknown: list[str] = []
    sources = [source]
    for speech in card:
        why += speech.why
        facts += speech.facts
        unknown += map(capitalise, speech.unknown)
        sources += speech.limits
    why += facts
    if recognised_by_name:
        why.append(voice.say("card.matched-by-text"))
    parts = [compose_part(voice.say("card.do"), [*_tell_what_to_do(card), remark])]
    if why:
        parts.append(compose_part(voice.say("card.why"), why))
    if unknown:
        parts.append(compose_part(voice.say("card.not-known"), unknown))
    parts.append(compose_part(voice.say("card.source"), sources))
    return "\n\n".join(filter(None, parts))


def compose_part(heading: str, lines: Iterable[str]) -> str:
    """A bold heading with a list below it, each line once; nothing without lines."""
    bullets = [indent(line) for line in dict.fromkeys(lines) if line]
    return f"**{heading}**\n\n" + "\n".join(bullets) if bullets else ""


def tell_sections(card: Leaflet, voice: Voice) -> str:
    """`section 4.2`, `sections 4.2, 4.4`, `package leaflet 3`: every section that the rules of the card rest on, once."""
    numbers, others = _sort_sections(",".join([speech.outcome.rule.section for speech in card]))
    said = [voice.say("card.section" if len(numbers) == 1 else "card.sections", sections=", ".join(numbers))] if numbers else []
    if others:
        said += dict.fromkeys([_translate(part, voice) for part in others])
    return ", ".join(said)


@lru_cache(maxsize=1024)
def _sort_sections(sections: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers of sections in their order, each once, and what has a name instead; the same for all patients."""
    named = [part.strip() for part in sections.split(",") if part.strip()]
    numbers = sorted({part for part in named if _NUMBERED.match(part)}, key=_read_section)
    return tuple(numbers), tuple([part for part in named if not _NUMBERED.match(part)])


def tell_label(card: Leaflet, voice: Voice, *, medicine: Medicine | None) -> str:
    """`SmPC lenalidomide, section 4.2`: short, for `source.label`."""
    label = voice.read(medicine.source.label) if medicine else voice.say("unchecked.source")
    sections = tell_sections(card, voice)
    return f"{label}, {sections}" if sections else label


def tell_source(label: str, context: AdviceContext, *, medicine: Medicine | None) -> str:
    """The label (of `tell_label`), then product, registration and version of the document (not in short texts)."""
    if medicine is None or context.profile.short_texts:
        return _escape_own(label)
    voice, source = context.voice, medicine.source
    more = ", ".join((voice.read(source.product), source.registration, voice.read(source.version)))
    return f"{_escape_own(label)} ({_escape_own(more, 300)})"


#: Texts of `cards/`, the same for all patients.
_escape_own = lru_cache(maxsize=1024)(escape)


def _tell_what_to_do(card: Leaflet) -> list[str]:
    """A rule alone says what to do; of several each says its own sentence first."""
    if len(card) == 1:
        return [card[0].do]
    return [f"**{escape(speech.summaries[0].rstrip('.'), 300)}.** {speech.do}" for speech in card]


def _translate(section: str, voice: Voice) -> str:
    for english, key in (("annex", "card.annex"), ("package leaflet", "card.leaflet")):
        if section.startswith(english):
            return voice.say(key) + section.removeprefix(english)
    return section


def _read_section(section: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", section))
