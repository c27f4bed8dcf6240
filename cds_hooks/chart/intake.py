"""How a dose is to be taken: what whole capsules make, how often a day, by which route, and whether capsules are opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import gcd

from cds_hooks.chart.concept import Concept, ConceptSet
from cds_hooks.chart.medicines import compute_entry_schedule
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.clinical.combination import find_lowest_mg
from cds_hooks.clinical.dosage import NotComputable, Schedule
from cds_hooks.clinical.rhythm import compute_rhythm

#: Doses are compared in thousandths of a milligram.
_PARTS = 1000


def find_intake_mg(schedule: Schedule) -> tuple[Decimal, ...]:
    """mg of one intake, of the highest and of the lowest dose where it changes."""
    doses = dict.fromkeys((schedule.mg_per_intake_day, find_lowest_mg(schedule)))
    return tuple(mg / schedule.intakes_per_day for mg in doses)


def is_made_of(mg: Decimal, strengths_mg: Sequence[Decimal]) -> bool:
    """Whether whole capsules of these strengths, any number of each, make the dose exactly."""
    wanted = mg * _PARTS
    if not strengths_mg or mg <= 0 or wanted != wanted.to_integral_value():
        return False
    if mg in strengths_mg:
        return True
    pieces = [int(strength * _PARTS) for strength in strengths_mg]
    if any(int(wanted) % piece == 0 for piece in pieces):
        return True
    rest, largest = int(wanted), max(pieces)
    # Beyond the square of the largest (in common parts) the rest can hold any number of it without another answer.
    bound = largest * largest // gcd(*pieces)
    if rest > bound:
        rest -= (rest - bound) // largest * largest
    reached = {0}
    for piece in pieces:
        reached |= {total for first in reached for total in range(first, rest + 1, piece)}
    return rest in reached


def count_intakes(order: MedicineEntry) -> Decimal | None:
    """Intakes on a day of intake; where the dose cannot be computed, what the timing alone says. None: not told."""
    schedule = compute_entry_schedule(order)
    if isinstance(schedule, Schedule):
        return schedule.intakes_per_day
    rhythms = [compute_rhythm(line.timing) for line in order.dosages if line.timing is not None]
    counts = [rhythm.intakes_per_day for rhythm in rhythms if not isinstance(rhythm, NotComputable)]
    return max(counts) if counts and len(counts) == len(order.dosages) else None


def find_other_route(order: MedicineEntry, allowed: ConceptSet, others: ConceptSet) -> tuple[bool | None, str]:
    """Whether the order names a route outside `allowed`, and the route as recorded. A code of a system that lists all routes
    says so by itself, a text only by a name of `others`; no route at all is no other route."""
    route = order.route
    if not route.codings and not route.text:
        return False, ""
    if others.find(_without_codes(route)):
        return True, route.shown()
    if allowed.find(route):
        return False, route.shown()
    settled = any(coding.system in (allowed.settling or ()) for coding in route.codings)
    return (True if settled or others.find(route) else None), route.shown()


def _without_codes(route: Concept) -> Concept:
    """The text alone: "by mouth, through a tube" may stand beside the code of the oral route."""
    return Concept(text=route.text)


def find_texts(order: MedicineEntry) -> Iterator[str]:
    """Everything an order says in words of how it is taken."""
    for line in order.dosages:
        yield line.text
        yield line.patient_instruction
        yield from line.additional
    yield order.note
