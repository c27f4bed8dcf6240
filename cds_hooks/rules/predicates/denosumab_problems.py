"""Questions about problems that bear on denosumab: on record, new since a dose, a dental procedure near, risks of the jaw."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from cds_hooks.chart.denosumab import find_planned_date
from cds_hooks.chart.denosumab_problems import (
    Risks,
    find_new_problem,
    find_on_record,
    find_procedure_near,
    find_risks,
    find_symptom_without_calcium,
)
from cds_hooks.chart.documents import find_document
from cds_hooks.chart.finding import Finding
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation


class _OfSets(Predicate):
    """Shared by the questions that name value sets."""

    name: ClassVar[str] = "of-sets"
    sets: list[str] = Field(min_length=1)

    def find_set_ids(self) -> tuple[str, ...]:
        """The sets asked for."""
        return tuple(self.sets)


class ConditionOnRecord(_OfSets):
    """A problem of one of the sets, whatever its clinical status."""

    name: ClassVar[str] = "condition-on-record"
    asks: ClassVar[str] = "is one of these problems on record, now or before?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where the problem list could not be had."""
        return find_on_record(situation.bedside, *self.sets)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for."""
        return frozenset(self.sets)


class SymptomWithoutCalcium(_OfSets):
    """A symptom since the last dose, and no calcium on or after its day."""

    name: ClassVar[str] = "symptom-without-calcium"
    asks: ClassVar[str] = "is there a symptom since the last dose with no calcium after it?"

    def find(self, situation: Situation) -> Finding:
        """Unknown where dates or observations leave it open."""
        return find_symptom_without_calcium(situation.bedside, situation.denosumab_course, *self.sets)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for."""
        return frozenset(self.sets)


class NewProblem(_OfSets):
    """An active problem that began during treatment with denosumab."""

    name: ClassVar[str] = "problem-since-first-dose"
    asks: ClassVar[str] = "did one of these problems begin during the treatment?"

    def find(self, situation: Situation) -> Finding:
        """Unknown for a problem without a date."""
        return find_new_problem(situation.bedside, situation.denosumab_course, *self.sets)

    def find_signs(self) -> frozenset[str] | None:
        """The sets asked for."""
        return frozenset(self.sets)


class ProcedureNearDose(_OfSets):
    """A procedure planned or done within so many days of the planned dose."""

    name: ClassVar[str] = "procedure-near-dose"
    asks: ClassVar[str] = "is one of these procedures planned or done close to the dose?"
    within: str
    """A site parameter in days."""

    def find(self, situation: Situation) -> Finding:
        """Unknown for a procedure without a date."""
        bedside = situation.bedside
        planned = find_planned_date(situation.order, bedside.now.today)
        found = find_procedure_near(bedside, planned, *self.sets, days=bedside.numbers.days(self.within))
        return Finding(found.truth, found.evidence, found.missing, parameters=(self.within,))

    def find_parameter_ids(self) -> tuple[str, ...]:
        """How close."""
        return (self.within,)


class DocumentOnRecord(Predicate):
    """A consent or questionnaire that the set names is on record."""

    name: ClassVar[str] = "document-on-record"
    asks: ClassVar[str] = "is such a document on record?"
    of: str

    def find(self, situation: Situation) -> Finding:
        """Unknown where consents or questionnaires could not be had."""
        return find_document(situation.bedside, self.of)

    def find_set_ids(self) -> tuple[str, ...]:
        """The set that names it."""
        return (self.of,)


class AnyRisk(Predicate):
    """A risk on record: an active problem, a procedure, a medicine taken now or ever, an answer. All that are found are shown."""

    name: ClassVar[str] = "any-risk"
    asks: ClassVar[str] = "is one of these risks on record?"
    problems: list[str] = Field(default_factory=list)
    procedures: list[str] = Field(default_factory=list)
    taking: list[str] = Field(default_factory=list)
    ever_taken: list[str] = Field(default_factory=list)
    answers: dict[str, str] = Field(default_factory=dict)
    """Topic -> set of the answers that count."""

    def find(self, situation: Situation) -> Finding:
        """Unknown where none is found and something could not be had."""
        answers = tuple(self.answers.items())
        risks = Risks(self.problems, self.procedures, self.taking, self.ever_taken, answers)
        return find_risks(situation.bedside, risks)

    def find_set_ids(self) -> tuple[str, ...]:
        """Every set asked for."""
        return (*self.problems, *self.procedures, *self.taking, *self.ever_taken, *self.answers.values())
