"""What a rule proposes to do, before it is written as a FHIR resource."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cds_hooks.chart.records import MedicineEntry
from cds_hooks.clinical.dosage import Pattern


@dataclass(frozen=True, slots=True)
class OrderTest:
    """Order a test of `cards/tests.yaml`; `due` is set where it is for later."""

    test: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class AddMedicine:
    """Order a medicine of `cards/medicines-to-add.yaml` that is lacking; the prescriber chooses product and dose."""

    medicine: str


@dataclass(frozen=True, slots=True)
class RewriteDose:
    """The same order at `dose_mg` per day of intake, once a day, on `pattern` (None: the days as ordered).

    `strength_mg` is the capsule that makes the dose; `capsules` how many of it per intake.
    """

    order: MedicineEntry
    dose_mg: Decimal
    pattern: Pattern | None
    strength_mg: Decimal
    capsules: int = 1


Proposal = OrderTest | AddMedicine | RewriteDose
