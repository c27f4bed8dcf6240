"""The last card: what could not be checked, so that silence is never taken for safety."""

from __future__ import annotations

from collections.abc import Sequence

from cds_hooks.advice.cards import compose_source, name_missing
from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.detail import compose_part
from cds_hooks.advice.extension import ADVICE
from cds_hooks.advice.links import compose_links, find_rule
from cds_hooks.advice.markdown import escape, plain
from cds_hooks.advice.summary import fit_summary
from cds_hooks.advice.voice import Voice, capitalise, uncapitalise
from cds_hooks.chart.records import ReadingNote
from cds_hooks.hooks.response import Card, leave_out_empty
from cds_hooks.knowledge.model import Rule
from cds_hooks.knowledge.vocabulary import Vocabulary
from cds_hooks.knowledge.wording import join_words, say_recorded_date
from cds_hooks.record import Record
from cds_hooks.rules.outcome import Assessment

RULE = "service.not-checked"
GROUP = "not-checked"
_LONGEST_NAME = 60


def compose_not_checked(assessment: Assessment, failed: Sequence[Rule], *, context: AdviceContext) -> Card | None:
    """One info card that names inputs, facts and references by their words, and each rule that failed; None where
    everything was checked."""
    names = list(dict.fromkeys(assessment.not_checked))
    rules = list(dict.fromkeys(rule.id for rule in failed))
    if not names and not rules:
        return None
    voice = context.voice
    lacks = _list_lacks(names, assessment.unusable, voice=voice, vocabulary=context.knowledge.vocabulary)
    return Card(
        summary=_compose_summary(lacks, failed, voice=voice),
        indicator="info",
        source=compose_source(voice.say("unchecked.source"), RULE, topic=RULE, context=context),
        uuid=context.new_uuid(),
        detail=_compose_detail(lacks, failed, voice=voice),
        links=compose_links(find_rule(RULE, context), context),
        extension={ADVICE: _compose_extension(assessment, [*names, *rules], context=context)},
    )


class _Lack(Record):
    """One thing that was lacking: in plain words for the summary, and as Markdown with the resource behind it."""

    plain: str
    markdown: str


def _list_lacks(names: list[str], unusable: Sequence[ReadingNote], *, voice: Voice, vocabulary: Vocabulary) -> list[_Lack]:
    """What each name stands for; where a note tells why something could not be used, that instead of its bare reference."""
    told: dict[str, list[ReadingNote]] = {}
    for note in unusable:
        told.setdefault(note.reference or note.input, []).append(note)
    explained = {_name_fact(note, voice, vocabulary=vocabulary) for note in unusable}
    lacks = []
    for name in names:
        if name in told:
            lacks += [_tell_unusable(note, voice, vocabulary=vocabulary) for note in told[name]]
        elif (said := _name_plainly(name, voice)) not in explained:
            lacks.append(_Lack(said, voice.name(name)))
    return list(dict.fromkeys(lacks))


def _tell_unusable(note: ReadingNote, voice: Voice, *, vocabulary: Vocabulary) -> _Lack:
    """`creatinine of 1 March 2026: not usable (out of range)`, with the reference behind it in the detail."""
    what, reason = _name_fact(note, voice, vocabulary=vocabulary), voice.say(f"unusable.{note.reason}")
    date = say_recorded_date(note.date, voice.language) if note.date else None
    said = voice.say("unchecked.unusable", what=what, reason=reason)
    if date:
        said = voice.say("unchecked.unusable-of", what=what, date=date, reason=reason)
    return _Lack(said, f"{said} ({escape(note.reference)})" if note.reference else said)


def _name_fact(note: ReadingNote, voice: Voice, *, vocabulary: Vocabulary) -> str:
    """The fact in words; where it is a mere member of a resource, the input that the resource came in."""
    text = voice.find_name(note.fact) or voice.find_name(note.input)
    measure = vocabulary.analytes.get(note.fact) or vocabulary.topics.get(note.fact)
    if measure:
        return uncapitalise(measure.name[voice.language])
    named = voice.read(text) if text else plain(note.input, _LONGEST_NAME)
    is_entry = not note.fact and (note.input == "draftOrders" or (note.reference and note.input != "selections"))
    return voice.say("unchecked.entry", what=named) if is_entry else named


def _compose_summary(lacks: list[_Lack], failed: Sequence[Rule], *, voice: Voice) -> str:
    """As many names as fit, and how many more; the first always stands."""
    named = list(dict.fromkeys(lack.plain for lack in lacks))
    named += dict.fromkeys(plain(voice.read(rule.title), _LONGEST_NAME) for rule in failed)
    last = voice.say("card.and")
    candidates = [voice.say("unchecked.summary", what=join_words(tuple(named), last))]
    for count in range(min(len(named) - 1, 8), 0, -1):
        what, more = ", ".join(named[:count]), str(len(named) - count)
        candidates.append(voice.say("unchecked.summary-and-more", what=what, n=more))
    return fit_summary(tuple(candidates))


def _compose_detail(lacks: list[_Lack], failed: Sequence[Rule], *, voice: Voice) -> str:
    lines = [capitalise(lack.markdown) for lack in lacks]
    lines += [capitalise(voice.say("unchecked.failed", title=escape(voice.read(rule.title)))) for rule in failed]
    parts = (
        compose_part(voice.say("card.do"), [voice.say("unchecked.do")]),
        f"**{voice.say('card.not-known')}**\n\n{voice.say('unchecked.why')}",
        "\n".join(f"- {line}" for line in dict.fromkeys(lines)),
        compose_part(voice.say("card.source"), [voice.say("unchecked.source")]),
    )
    return "\n\n".join(parts)


def _compose_extension(assessment: Assessment, missing: list[str], *, context: AdviceContext) -> dict[str, object]:
    """Order and medicine only where there is but one."""
    voice = context.voice
    orders = {judgement.order.reference for judgement in assessment.judgements}
    medicines = {rule.medicine for judgement in assessment.judgements for rule in judgement.rules[:1]}
    return leave_out_empty(
        {
            "rules": [RULE],
            "order": orders.pop() if len(orders) == 1 else "",
            "medicine": medicines.pop() if len(medicines) == 1 else "",
            "group": GROUP,
            "knowledge": context.knowledge.version,
            "missing": list(dict.fromkeys(name_missing(name, voice) for name in missing)),
        }
    )


def _name_plainly(name: str, voice: Voice) -> str:
    text = voice.find_name(name)
    return voice.read(text) if text else plain(name, _LONGEST_NAME)
