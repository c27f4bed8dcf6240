"""The facts a clinical case can hold: patient, orders, medicines and everything else of the record, one strict model each."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

Cell = Literal["fires", "below", "at", "above", "missing", "stale", "other-unit", "comparator", "near-miss", "not-applicable"]
State = Literal["fired", "cleared", "unknown", "notApplicable", "no", "not-judged"]
LevelName = Literal["critical", "warning", "info"]
Number = int | Decimal
Raw = dict[str, Any]

_WHEN = re.compile(r"(today|now|\d+ (hour|day|week)s? ago|in \d+ (hour|day|week)s?|\d{4}(-\d\d){0,2}(T\d\d:\d\d.*)?)\Z")


def _check_when(text: str) -> str:
    if not _WHEN.match(text):
        raise ValueError(f"'{text}' is no date; write 2026-03-01, 2026-03, today, 3 days ago, in 2 weeks or 1 hour ago")
    return text


def _check_maybe(text: str) -> str:
    return text if text == "absent" else _check_when(text)


def _read_year(value: object) -> object:
    """A bare year of YAML is a number there and a partial date here."""
    return str(value) if isinstance(value, int) else value


PartialDate = Annotated[str, BeforeValidator(_read_year), AfterValidator(_check_when)]
MaybeDate = Annotated[str, BeforeValidator(_read_year), AfterValidator(_check_maybe)]


class Strict(BaseModel):
    """Unknown keys are refused: a misspelt fact must not silently be an absent one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PatientFact(Strict):
    """`absent` leaves the member out, which is not the same as `unknown`."""

    sex: Literal["female", "male", "other", "unknown", "absent"]
    born: MaybeDate
    id: str = "patient-1"


class Coded(Strict):
    """A thing of terms.yaml (`is`), in one of its code systems (`system`, else its first), or text alone (`coded: false`)."""

    is_: str | None = Field(default=None, alias="is")
    system: str | None = None
    code: str | None = None
    text: str | None = None
    coded: bool = True
    id: str | None = None
    raw: Raw = {}


class ConditionFact(Coded):
    """A problem. `status` and `verification`: FHIR codes, or `absent`. `asserter`, `recorder`: how they are displayed."""

    status: str = "active"
    verification: str = "confirmed"
    onset: PartialDate | None = None
    recorded: PartialDate | None = None
    ended: PartialDate | None = None
    severity: str | None = None
    stage: str | None = None
    asserter: str | None = None
    recorder: str | None = None
    note: str | None = None


class AllergyFact(Strict):
    """An allergy; `to` and `reactions` are keys of terms.yaml or products.yaml, `text` and `reaction_text` free text."""

    to: str | None = None
    system: str | None = None
    text: str | None = None
    coded: bool = True
    type: Literal["allergy", "intolerance"] | None = "allergy"
    status: str = "active"
    verification: str = "confirmed"
    reactions: list[str] = []
    reaction_text: str | None = None
    severity: Literal["mild", "moderate", "severe"] | None = None
    recorded: PartialDate | None = None
    id: str | None = None
    raw: Raw = {}


class LabFact(Strict):
    """A measured value of terms.yaml `analytes`. `unit: none` leaves the unit out; `ucum: false` leaves its code out."""

    is_: str = Field(alias="is")
    value: Number | None = None
    unit: str | None = None
    ucum: bool = True
    comparator: Literal["<", "<=", ">", ">="] | None = None
    date: MaybeDate = "today"
    status: str = "final"
    code: str | None = None
    low: Number | None = None
    high: Number | None = None
    flag: str | None = None
    absent: str | None = None
    id: str | None = None
    raw: Raw = {}


class Vitals(Strict):
    """Weight in kg and height in cm, measured today unless dated."""

    weight: Number | None = None
    weight_date: PartialDate = "today"
    height: Number | None = None
    height_date: PartialDate = "today"


class PregnancyTest(Strict):
    """A test: `result` coded (SNOMED CT, text beside it), or `text` alone, or a quantity in IU/L (`value`)."""

    result: Literal["negative", "positive"] | None = None
    text: str | None = None
    value: Number | None = None
    unit: str = "[IU]/L"
    comparator: Literal["<", "<=", ">", ">="] | None = None
    date: MaybeDate = "today"
    status: str = "final"
    is_: str = Field(default="pregnancy-test", alias="is")
    id: str | None = None
    raw: Raw = {}


class ObservationFact(Strict):
    """Any other Observation of terms.yaml `topics`; its value is a key of terms.yaml, a text or a date."""

    is_: str = Field(alias="is")
    value: str | None = None
    value_text: str | None = None
    value_date: PartialDate | None = None
    date: PartialDate = "today"
    status: str = "final"
    id: str | None = None
    raw: Raw = {}


class Dosing(Strict):
    """What is taken: mg per intake (or capsules), how often a day, on which days ("21/28", "daily", "every other day")."""

    mg: Number | None = None
    dose: Number | None = None
    capsules: Number | None = None
    times: int = 1
    schedule: str | None = None
    dose_text: str | None = None
    route: str | None = None


class OrderFact(Dosing):
    """An order in the basket. `medicine` is a key of products.yaml, `mg` the strength of one piece."""

    medicine: str
    id: str | None = None
    named: Literal["code", "text", "contained", "bundle", "reference"] = "code"
    system: str | None = None
    text: str | None = None
    quantity: Number | None = None
    duration: Number | None = None
    repeats: int | None = None
    valid_until: PartialDate | None = None
    authored: MaybeDate = "now"
    reason: str | list[str] = []
    status: str = "draft"
    intent: str = "order"
    replaces: str | None = None
    raw: Raw = {}


class MedicineFact(Dosing):
    """A medicine of the record, as one of four kinds of resource."""

    is_: str = Field(alias="is")
    kind: Literal["request", "statement", "dispense", "administration"] = "request"
    id: str | None = None
    named: Literal["code", "text"] = "code"
    system: str | None = None
    text: str | None = None
    status: str | None = None
    intent: str = "order"
    date: PartialDate | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    quantity: Number | None = None
    supply_days: Number | None = None
    repeats: int | None = None
    based_on: str | None = None
    reason: str | None = None
    note: str | None = None
    raw: Raw = {}


class ProcedureFact(Coded):
    """A procedure, `status` completed unless said."""

    status: str = "completed"
    date: PartialDate | None = None
    end: PartialDate | None = None


class ConsentFact(Strict):
    """A Consent; `title` becomes the text of its category, `uri` its policy."""

    title: str | None = None
    uri: str | None = None
    status: str = "active"
    date: PartialDate = "today"
    id: str | None = None
    raw: Raw = {}


class QuestionnaireFact(Strict):
    """A QuestionnaireResponse of the questionnaire `uri` (`title` shown beside it), with answers by question text."""

    uri: str | None = None
    title: str | None = None
    status: str = "completed"
    date: PartialDate = "today"
    answers: dict[str, str] = {}
    id: str | None = None
    raw: Raw = {}
