"""Weight and body surface of the patient, as recent as a dose needs them (site parameter: 90 days)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_measurement
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.newest import find_newest
from cds_hooks.chart.records import Measurement
from cds_hooks.clinical.body import compute_du_bois, compute_mosteller

WEIGHT_DAYS = "weight-days"


@dataclass(frozen=True, slots=True)
class BodySize:
    """A size (kg or m2), and the measurements that it rests on."""

    value: Decimal
    evidence: tuple[Evidence, ...]


def find_weight(bedside: Bedside) -> BodySize | None:
    """Kilograms; None without a usable weight of at most 90 days ago (site)."""
    weight = find_newest(bedside.measured("weight"), since=_find_first_day(bedside), high_is_danger=False)
    return _read(weight)


def find_body_surface(bedside: Bedside) -> BodySize | None:
    """m2: as measured or reported, else from weight and height by the formula that gives more (Mosteller, Du Bois), so that
    a dose counts as too high only where it is so by both."""
    reported = _read(find_newest(bedside.measured("body-surface"), since=_find_first_day(bedside), high_is_danger=False))
    if reported is not None:
        return reported
    weight = find_weight(bedside)
    height = _read(find_newest(bedside.measured("height"), high_is_danger=False))
    if weight is None or height is None:
        return None
    surface = max(
        compute_mosteller(height_cm=height.value, weight_kg=weight.value),
        compute_du_bois(height_cm=height.value, weight_kg=weight.value),
    )
    return BodySize(surface, (*weight.evidence, *height.evidence))


def _find_first_day(bedside: Bedside) -> date:
    return bedside.now.today - timedelta(days=bedside.numbers.days(WEIGHT_DAYS))


def _read(measured: Measurement | None) -> BodySize | None:
    if measured is None or measured.value is None or measured.value <= 0:
        return None
    return BodySize(measured.value, (show_measurement(measured),))
