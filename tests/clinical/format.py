"""The format of the clinical cases: what may stand in a YAML file under `tests/clinical/`, and nothing else (README.md)."""
# ruff: noqa: RUF012 - pydantic copies the defaults of its models

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from tests.clinical.facts import (
    AllergyFact,
    ConditionFact,
    ConsentFact,
    LabFact,
    MedicineFact,
    Number,
    ObservationFact,
    OrderFact,
    PatientFact,
    PregnancyTest,
    ProcedureFact,
    QuestionnaireFact,
    Raw,
    Strict,
    Vitals,
)

Cell = Literal["fires", "below", "at", "above", "missing", "stale", "other-unit", "comparator", "near-miss", "not-applicable"]
State = Literal["fired", "cleared", "unknown", "notApplicable", "no", "not-judged"]
LevelName = Literal["critical", "warning", "info"]
Key = Literal[
    "conditions",
    "allergies",
    "medications",
    "statements",
    "dispenses",
    "administrations",
    "procedures",
    "observations",
    "questionnaires",
    "consents",
]


class PrefetchControls(Strict):
    """Which keys are not delivered whole. All others come as Bundles, empty where the case says nothing of them."""

    missing: list[Key] = []
    failed: list[Key] = []
    partial: list[Key] = []
    null: list[Key] = []
    epic_empty: list[Key] = []


class RawFacts(Strict):
    """The way out: FHIR JSON added as it stands."""

    draft_orders: list[Raw] = []
    patient: Raw = {}
    conditions: list[Raw] = []
    allergies: list[Raw] = []
    medications: list[Raw] = []
    statements: list[Raw] = []
    dispenses: list[Raw] = []
    administrations: list[Raw] = []
    procedures: list[Raw] = []
    observations: list[Raw] = []
    questionnaires: list[Raw] = []
    consents: list[Raw] = []


class Facts(Strict):
    """The lists a case can replace or, under `add`, lengthen."""

    orders: list[OrderFact] = []
    conditions: list[str | ConditionFact] = []
    allergies: list[str | AllergyFact] = []
    labs: list[LabFact] = []
    pregnancy_tests: list[PregnancyTest] = []
    observations: list[ObservationFact] = []
    medicines: list[str | MedicineFact] = []
    procedures: list[str | ProcedureFact] = []
    consents: list[str | ConsentFact] = []
    questionnaires: list[QuestionnaireFact] = []


class Situation(Facts):
    """A whole clinical situation at one moment."""

    now: str = "2026-03-02T10:00:00+01:00"
    hook: Literal["order-sign", "order-select", "patient-view"] = "order-sign"
    """patient-view has no orders: `order` and `orders` are left out."""
    selections: list[str] | None = None
    patient: PatientFact
    order: OrderFact | None = None
    vitals: Vitals = Vitals()
    prefetch: PrefetchControls = PrefetchControls()
    raw: RawFacts = RawFacts()
    site: dict[str, Any] | None = None
    invalid_fhir: str | None = None


class Suggested(Strict):
    """What the suggestions of the whole response must be, in any order; a list left out is not looked at."""

    dose_mg: list[Number] | None = None
    strength_mg: list[Number] | None = None
    quantity: list[Number] | None = None
    tests: list[str] | None = None
    due: list[str] | None = None
    """Days of the tests that are for later."""
    adds: list[str] | None = None
    """ATC codes of medicines to order besides."""


class Expect(Strict):
    """What must come of the rule. `no` is cleared or not applicable; `not-judged`: the rule was not asked at all."""

    outcome: State
    level: LevelName | None = None
    silent: bool = False
    missing: list[str] = []
    not_checked: list[str] | None = None
    says: list[str] = []
    says_nl: list[str] = []
    never_says: list[str] = []
    suggests: Suggested | None = None
    also: dict[str, LevelName | Literal["silent"]] = {}
    per_order: dict[str, State] = {}
    cards: int | None = None


class Case(Situation):
    """One case: a full sentence, the facts, what must come of them."""

    name: str = Field(min_length=15)
    cell: Cell | list[Cell] = []
    add: Facts = Facts()
    expect: Expect

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells of the issue's table that this case fills."""
        return (self.cell,) if isinstance(self.cell, str) else tuple(self.cell)


class CaseFile(Strict):
    """One file: the rule, where the source says so, and its cases. `base` and `cases` are checked once they are merged."""

    rule: str
    source: str
    topic: str | None = None
    base: dict[str, Any] = {}
    cases: list[dict[str, Any]]
    not_possible: dict[Cell, str] = {}
    fewer_because: str | None = None
