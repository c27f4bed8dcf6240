"""One outcome, said: summary, what to do, why with each fact used, what is not known, and whose limits were used."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.imprint import Key, Words, keep
from cds_hooks.advice.markdown import escape
from cds_hooks.advice.summary import fits_surely
from cds_hooks.advice.voice import Voice, capitalise
from cds_hooks.chart.finding import Evidence, Finding
from cds_hooks.knowledge.model import Level, Medicine, RuleCase, Text
from cds_hooks.knowledge.parameters import Parameter
from cds_hooks.knowledge.templates import fill
from cds_hooks.knowledge.wording import say_amount, say_number, say_recorded_date, say_recorded_value, say_unit
from cds_hooks.record import Record
from cds_hooks.rules.outcome import RuleOutcome

#: How long text of the record may be in a summary: the fuller wording, and where that does not fit.
_IN_SUMMARY = (48, 24)


class Speech(Record):
    """An outcome in words of one language; everything but the summaries is Markdown."""

    outcome: RuleOutcome
    key: Key | None
    """As `find_key` finds it."""
    level: Level
    summaries: tuple[str, ...]
    """The same sentence, text of the record shortened ever more."""
    do: str
    why: tuple[str, ...]
    facts: tuple[str, ...]
    unknown: tuple[str, ...]
    limits: tuple[str, ...]


def speak(
    outcome: RuleOutcome, case: RuleCase, *, context: AdviceContext, medicine: Medicine | None, told: dict[Evidence, str]
) -> Speech:
    """`told` are the facts of this call that were put in words so far: rules share many. Raises LookupError or ValueError where
    a text asks for a value that the finding does not hold."""
    key = find_key(outcome, case, context.voice)
    words = context.standing.words.get(key) if key else None
    if words is None:
        for fact in outcome.finding.evidence:
            if fact not in told:
                told[fact] = tell_fact(fact, context.voice)
        facts = tuple(map(told.__getitem__, outcome.finding.evidence))
        words = _compose_words(outcome, case, context=context, medicine=medicine, facts=facts)
        if key:
            keep(context.standing.words, key, words)
    return Speech(outcome, key, *words)


def _compose_words(
    outcome: RuleOutcome, case: RuleCase, *, context: AdviceContext, medicine: Medicine | None, facts: tuple[str, ...]
) -> Words:
    voice = context.voice
    finding = outcome.finding
    in_detail = _get_values(finding, voice, medicine=medicine, longest=None)
    return (
        case.level,
        _summarise(voice.read(case.summary), finding, voice, medicine=medicine),
        fill(voice.read(case.do), in_detail),
        tuple([fill(voice.read(text), in_detail) for text in _find_reasons(case, finding, voice=voice)]),
        facts,
        tuple(map(voice.name, finding.missing)),
        tuple(_tell_limits(finding, context, voice=voice) + _tell_derived(outcome, voice, get=in_detail)),
    )


def find_key(outcome: RuleOutcome, case: RuleCase, voice: Voice) -> Key | None:
    """All that the words hang on where nothing of the record is in them; None where something is."""
    finding = outcome.finding
    if finding.evidence or finding.values or finding.missing:
        return None
    why = voice.read(case.why) if case.why else None
    texts = (voice.read(case.summary), voice.read(case.do), why)
    return (voice.language, outcome.rule.id, case.level, *texts, finding.remarks, finding.parameters)


def _summarise(template: str, finding: Finding, voice: Voice, *, medicine: Medicine | None) -> tuple[str, ...]:
    """The fuller wording, and the shorter one only where that could be needed."""
    said: list[str] = []
    for longest in _IN_SUMMARY:
        said.append(fill(template, _get_values(finding, voice, medicine=medicine, longest=longest)))
        if fits_surely(said[0]):
            break
    return tuple(said)


def tell_fact(evidence: Evidence, voice: Voice) -> str:
    """`Creatinine: 1.61 mg/dL (= 142.3 µmol/L), 1 March 2026 (preliminary)`: as recorded, converted beside it."""
    said = capitalise(voice.name(evidence.what))
    if evidence.value:
        said += f": {_say_value(evidence, voice)} {_say_unit(evidence.unit, voice.language)}".rstrip()
    if evidence.converted:
        said += f" (= {_tell_converted(evidence.converted, voice.language)})"
    if evidence.date:
        said += f", {say_recorded_date(evidence.date, voice.language) or escape(evidence.date)}"
    for note in evidence.notes:
        said += f" ({voice.name(note)})"
    return said


def _say_value(evidence: Evidence, voice: Voice) -> str:
    """A code that has words of ours (`sex.male`) in those, anything else as recorded."""
    words = voice.facts.get(f"{evidence.what}.{evidence.value}")
    return voice.read(words) if words else escape(say_recorded_value(evidence.value, voice.language))


@lru_cache(maxsize=1024)
def _say_unit(unit: str, language: str) -> str:
    """The unit as recorded; of time, which only we count in, as a word. Units are the same for all patients."""
    return say_unit(unit, language) if unit in ("a", "mo", "wk", "d") else escape(unit)


def _get_values(finding: Finding, voice: Voice, *, medicine: Medicine | None, longest: int | None) -> Callable[[str], str]:
    """How a placeholder becomes words; `{medicine}` is known everywhere."""

    def get(name: str) -> str:
        if name == "medicine" and name not in finding.values and medicine:
            return voice.read(medicine.name)
        return voice.show(finding.values[name], longest=longest)

    return get


def _find_reasons(case: RuleCase, finding: Finding, *, voice: Voice) -> list[Text]:
    return ([case.why] if case.why else []) + [voice.facts[remark] for remark in finding.remarks]


def _tell_converted(converted: str, language: str) -> str:
    value, _, unit = converted.partition(" ")
    try:
        said = say_number(Decimal(value), language)
    except InvalidOperation:
        said = say_recorded_value(value, language)
    return escape(f"{said} {say_unit(unit, language)}".rstrip())


def _tell_limits(finding: Finding, context: AdviceContext, *, voice: Voice) -> list[str]:
    """Limits are the service's or the site's, so the same for all patients."""
    said, known = [], context.standing.limits
    for id in finding.parameters:
        limit = known.get((voice.language, id))
        if limit is None:
            limit = known[voice.language, id] = _tell_limit(context.knowledge.parameters.by_id[id], voice)
        said.append(limit)
    return said


def _tell_limit(parameter: Parameter, voice: Voice) -> str:
    key = "card.parameter-of-site" if parameter.is_site else "card.parameter-of-service"
    value = say_amount(parameter.value, parameter.unit, language=voice.language)
    return voice.say(key, name=voice.read(parameter.name), value=value)


def _tell_derived(outcome: RuleOutcome, voice: Voice, *, get: Callable[[str], str]) -> list[str]:
    derived = outcome.rule.derived
    return [voice.say("card.derived", text=fill(voice.read(derived), get))] if derived else []
