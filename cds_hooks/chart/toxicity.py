"""Side effects in the problem list: what they are, how bad (CTCAE grade or severity), what caused them, since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.concept import Concept, Match
from cds_hooks.chart.evidence import show_condition
from cds_hooks.chart.finding import Evidence, Name
from cds_hooks.chart.phrases import names_as_cause, strip_grade_and_cause
from cds_hooks.chart.records import Condition
from cds_hooks.chart.set_index import GRADES

#: CTCAE calls grade 1 mild, grade 2 moderate, grade 3 severe.
_SEVERITIES = (("severity-severe", 3), ("severity-moderate", 2), ("severity-mild", 1))
GRADE_NOT_RECORDED = Name("grade.unknown")


@dataclass(frozen=True, slots=True)
class Toxicity:
    """A problem with its grade, 0 to 5; None where neither grade nor severity is recorded. `shown` is the grade in words."""

    found: Matched[Condition]
    grade: int | None
    shown: Name
    evidence: tuple[Evidence, ...]

    def has_begun_since(self, day: date) -> bool | None:
        """Whether it began on `day` or later; None where its dates leave that open."""
        since = self.found.record.since
        if since is None:
            return None
        if since.first >= day:
            return True
        return False if since.last < day else None


def find_toxicities(bedside: Bedside, set_ids: Iterable[str], *, medicine: str, ever: bool = False) -> tuple[Toxicity, ...]:
    """Active problems (`ever`: of any status) in the sets, also where grade or cause stands in the same text."""
    ids = tuple(set_ids)
    found = {id(one.record): one for one in bedside.find_conditions(*ids)}
    for condition in bedside.worded_conditions:
        if id(condition) in found:
            continue
        bare = strip_grade_and_cause(condition.concept, medicine, bedside.sets)
        match = next((m for set_id in ids if (m := bedside.sets[set_id].find(bare))), None) if bare else None
        if match:
            found[id(condition)] = Matched(condition, Match(match.by, condition.concept.shown()))
    return tuple(_judge(bedside, one) for one in found.values() if ever or one.record.is_active)


def find_caused(bedside: Bedside, medicine: str) -> tuple[Toxicity, ...]:
    """Active problems, whatever they are, that name the medicine as their cause."""
    return tuple(
        _judge(bedside, Matched(condition, Match("code" if condition.concept.codings else "text", condition.concept.shown())))
        for condition in bedside.chart.conditions
        if condition.is_active and is_caused_by(bedside, condition, medicine)
    )


def is_caused_by(bedside: Bedside, condition: Condition, medicine: str) -> bool:
    """By what it is recorded to be due to, by its evidence, or by its text."""
    if condition.causes and bedside.sets[medicine].find_any(condition.causes):
        return True
    return names_as_cause(condition.concept, medicine, bedside.sets)


def find_named_grade(bedside: Bedside, concepts: Iterable[Concept]) -> int | None:
    """The highest CTCAE grade that the texts name."""
    texts = [concept for concept in concepts if concept.names()]
    named = [grade for grade, set_id in enumerate(GRADES) if bedside.sets[set_id].find_any(texts)]
    return max(named, default=None)


def _judge(bedside: Bedside, found: Matched[Condition]) -> Toxicity:
    """A grade in text, stage or severity counts before the severity itself, which is coarser."""
    condition = found.record
    shown = show_condition(found)
    for source in ((condition.concept,), condition.stage, (condition.severity,)):
        grade = find_named_grade(bedside, source)
        if grade is not None:
            beside = () if source[0] is condition.concept else _show_grade(condition, source)
            return Toxicity(found, grade, Name(f"grade.{grade}"), (shown, *beside))
    for set_id, grade in _SEVERITIES:
        if bedside.sets[set_id].find(condition.severity):
            return Toxicity(found, grade, Name(f"grade.{set_id}"), (shown, *_show_grade(condition, (condition.severity,))))
    return Toxicity(found, None, GRADE_NOT_RECORDED, (shown,))


def _show_grade(condition: Condition, told: Iterable[Concept]) -> tuple[Evidence, ...]:
    words = ", ".join(concept.shown() for concept in told)
    return (Evidence("grade or severity", words, "", "", condition.reference),)
