"""What is known of the patient: plain frozen records, each with the reference of the resource it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from cds_hooks.chart.concept import NO_CONCEPT, Concept
from cds_hooks.chart.details import Details, KnownDetails
from cds_hooks.chart.later import Later, may_leave_open
from cds_hooks.chart.when import When
from cds_hooks.clinical.dosage import DosageLine
from cds_hooks.record import Record

#: The version of FHIR in which suggestions are written, whatever a record came in.
WRITTEN_VERSION = "R4"


class Patient(Record):
    """`sex` is Patient.gender (male, female, other, unknown; empty if absent); `born` keeps partial dates open."""

    reference: str
    sex: str = ""
    born: When | None = None
    deceased: bool = False


class Interval(Record):
    """A measured amount as an interval: a plain value has low == high; `<5` is 0 to 5, open above. None is unbounded."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False


class Measurement(Record):
    """One Observation with a usable quantity, of an analyte of `cards/analytes.yaml`.

    `amount` is in the analyte's own unit `unit`; `recorded_value` and `recorded_unit` are as written (`<5`, `mg/dL`).
    `preliminary` counts towards danger only (definitions, "counts"). `code` is the code that matched.
    """

    analyte: str
    amount: Interval
    unit: str
    when: When
    reference: str
    recorded_value: str
    recorded_unit: str
    code: str = ""
    preliminary: bool = False
    details: Details = KnownDetails()

    @property
    def value(self) -> Decimal | None:
        """The plain value in `unit`; None for `<5` and the like."""
        return self.amount.low if self.amount.low == self.amount.high else None

    @property
    def reference_low(self) -> Decimal | None:
        """The lower limit of the laboratory, in `unit`."""
        return self.details.reference_range[0]

    @property
    def reference_high(self) -> Decimal | None:
        """The upper limit of the laboratory, in `unit`."""
        return self.details.reference_range[1]

    @property
    def flag(self) -> str:
        """What the laboratory says of it: low, high or normal; empty where it says nothing, or something else."""
        return self.details.flag

    @property
    def sample(self) -> str:
        """The specimen, the same for all values of one; empty where none is named."""
        return self.details.sample


class CodedObservation(Record):
    """One Observation whose value is a code, a text or a date (pregnancy test, pregnancy status, last period)."""

    topic: str
    """Topic id of `cards/topics.yaml` (pregnancy-test, pregnancy-status, contraception-status, ...)."""
    value: Concept
    when: When
    reference: str
    date_value: When | None = None
    preliminary: bool = False
    code: str = ""


class Condition(Record):
    """A problem or diagnosis that counts (not refuted, not entered-in-error).

    `clinical_status` is active, recurrence, relapse, inactive, remission or resolved; a missing one reads as active.
    """

    concept: Concept
    clinical_status: str
    verification: str
    reference: str
    onset: When | None = None
    recorded: When | None = None
    abatement: When | None = None
    severity: Concept = NO_CONCEPT
    stage: tuple[Concept, ...] = ()
    causes: tuple[Concept, ...] = ()
    attested_by: tuple[str, ...] = ()
    """Displays and specialties of asserter and recorder."""
    note: str = ""

    @property
    def is_active(self) -> bool:
        """Whether the problem stands now."""
        return self.clinical_status in ("active", "recurrence", "relapse")

    @property
    def since(self) -> When | None:
        """Onset, else the day it was recorded."""
        return self.onset or self.recorded


class Reaction(Record):
    """One reaction of an allergy. `severity` is mild, moderate or severe; empty if absent."""

    substance: Concept
    manifestations: tuple[Concept, ...]
    severity: str = ""
    description: str = ""
    onset: When | None = None


class Allergy(Record):
    """An allergy or intolerance that counts (not refuted, not entered-in-error). `kind` is allergy, intolerance or ""."""

    concept: Concept
    kind: str
    clinical_status: str
    reference: str
    reactions: tuple[Reaction, ...] = ()
    recorded: When | None = None
    note: str = ""

    @property
    def is_active(self) -> bool:
        """A missing clinical status reads as active."""
        return self.clinical_status not in ("inactive", "resolved")


class Procedure(Record):
    """A procedure completed or in progress."""

    concept: Concept
    status: str
    reference: str
    start: When | None = None
    end: When | None = None


class EntryKind(StrEnum):
    """Which resource a medicine entry came from; DRAFT is an order of this call."""

    DRAFT = "draft"
    REQUEST = "request"
    STATEMENT = "statement"
    DISPENSE = "dispense"
    ADMINISTRATION = "administration"


@may_leave_open("strength_mg", "mg_per_ml", "strengths_mg")
@dataclass(frozen=True)
class Product:
    """The medicine of an entry. `strength_mg` is mg per piece (capsule, syringe), None where the record does not say;
    `strengths_mg` holds all strengths that a text or several ingredients name. `mg_per_ml` for liquids."""

    concept: Concept
    strength_mg: Decimal | None = None
    mg_per_ml: Decimal | None = None
    ingredients: tuple[Concept, ...] = ()
    unresolved: str = ""
    """A medicationReference that could not be resolved."""
    strengths_mg: tuple[Decimal, ...] = ()
    later: Later | None = field(default=None, compare=False, hash=False, repr=False)

    def concepts(self) -> tuple[Concept, ...]:
        """The product itself, then its ingredients."""
        return (self.concept, *self.ingredients)


@dataclass(frozen=True, slots=True)
class Supply:
    """`dispenseRequest` (or a dispense): how much, for how long, how often, and until when it may be dispensed."""

    quantity: Decimal | None = None
    quantity_unit: str = ""
    duration_days: Decimal | None = None
    repeats: int = 0
    valid_from: When | None = None
    valid_until: When | None = None


@may_leave_open("dosages", "supply", "reasons", "reasons_stated", "replaces", "based_on", "route", "note")
@dataclass(frozen=True)
class MedicineEntry:
    """One order, statement, dispense or administration, whatever the medicine.

    `when` is the entry's own date (authoredOn; effective, else dateAsserted; whenHandedOver, else whenPrepared; effective);
    `start` and `end` its period where one is given. `raw` is the JSON of a draft, kept for rewriting; empty otherwise.
    """

    kind: EntryKind
    reference: str
    product: Product
    status: str
    intent: str = ""
    when: When | None = None
    start: When | None = None
    end: When | None = None
    dosages: tuple[DosageLine, ...] = ()
    supply: Supply = Supply()
    reasons: tuple[Concept, ...] = ()
    reasons_stated: bool = False
    do_not_perform: bool = False
    replaces: tuple[str, ...] = ()
    """References of `priorPrescription`."""
    based_on: tuple[str, ...] = ()
    route: Concept = NO_CONCEPT
    note: str = ""
    raw: Mapping[str, object] = field(default_factory=dict, compare=False, hash=False)
    version: str = field(default=WRITTEN_VERSION, compare=False)
    """The FHIR version whose shape a draft came in: R4, R5 or STU3."""
    asserted: When | None = None
    """When a statement was last confirmed (dateAsserted); None for other kinds."""
    is_bounded: bool = field(default=True, compare=False, hash=False, repr=False)
    """False where no dosage can say when it ends, so that none needs to be looked at for that."""
    worked_out: dict[str, object] = field(default_factory=dict, compare=False, hash=False, repr=False)
    """What was worked out of it once (its schedule, its supply): several rules ask, the entry lives for one call."""
    later: Later | None = field(default=None, compare=False, hash=False, repr=False)
    """How to read what is not read yet."""

    @property
    def is_draft(self) -> bool:
        """Whether it is an order of this call; else it is of the record, and treatment by it is under way."""
        return self.kind is EntryKind.DRAFT


@dataclass(frozen=True, slots=True)
class Document:
    """A Consent or QuestionnaireResponse: `names` are its codes, URIs and titles; `answers` the coded or textual answers."""

    kind: str
    status: str
    names: tuple[str, ...]
    reference: str
    when: When | None = None
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """Something of the record that could not be used: what (a fixed English name), and the reference of the resource.

    `input` is the prefetch key it came in (or "draftOrders", "selections"); `reason` one of: unreadable, other-patient,
    unresolved, nested-bundle, no-resource-type, out-of-range, future, unit-not-used, duplicate-id, unexpected-type,
    next-elsewhere, unmatched. `date` is the fact's own, as recorded.
    """

    input: str
    reason: str
    reference: str = ""
    fact: str = ""
    date: str = ""
