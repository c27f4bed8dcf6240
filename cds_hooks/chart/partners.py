"""Medicines beside the regimen: those that belong to none of the open regimens, and hormones that act on the whole body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.medicines import MEDICINE_KEYS, find_active, show_medicine
from cds_hooks.chart.records import MedicineEntry

LOCAL = "vaginal-route"


def find_strangers(
    bedside: Bedside, set_id: str, *, regimens: Sequence[str], partners: Mapping[str, Iterable[str]]
) -> tuple[tuple[Matched[MedicineEntry], ...], tuple[str, ...]]:
    """Medicines of the set that are taken and no partner of some open regimen, with those regimens in order.

    `partners` names the value sets of each regimen's own medicines. Off-label (no regimen) every one is a stranger.
    """
    strangers, without = [], set()
    for found in find_active(bedside, set_id):
        apart = [name for name in regimens if not _belongs(bedside, found.record, partners.get(name, ()))]
        if apart or not regimens:
            strangers.append(found)
            without.update(apart)
    return tuple(strangers), tuple(name for name in regimens if name in without)


def find_taking_systemically(bedside: Bedside, set_ids: Sequence[str]) -> Finding:
    """Whether a medicine of the sets is taken other than by a vaginal product, which acts in place."""
    active = [found for found in find_active(bedside, *set_ids) if not _is_local(bedside, found.record)]
    if active:
        return Finding(True, tuple(show_medicine(found) for found in active))
    lacking = bedside.chart.find_lacking(*MEDICINE_KEYS)
    return Finding(None if lacking else False, missing=lacking)


def _belongs(bedside: Bedside, entry: MedicineEntry, set_ids: Iterable[str]) -> bool:
    return any(bedside.sets[set_id].find_any(entry.product.concepts()) for set_id in set_ids)


def _is_local(bedside: Bedside, entry: MedicineEntry) -> bool:
    return bedside.sets[LOCAL].find_any((entry.route, *entry.product.concepts())) is not None
