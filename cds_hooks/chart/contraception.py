"""Contraceptive methods in use, since when, and the commitment to abstinence (definitions, "method in use", "abstinence")."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.concept import fold_name
from cds_hooks.chart.documents import find_answers
from cds_hooks.chart.evidence import show_observation
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.lasting_methods import INSERTED_METHODS, MethodInUse, find_depot, find_inserted, find_sterilised
from cds_hooks.chart.medicines import (
    ALL_MEDICINE_KEYS,
    find_active,
    find_covered,
    find_period_end,
    find_start,
    is_active,
    is_or_was_taken,
    show_medicine,
)
from cds_hooks.chart.records import CodedObservation, EntryKind, MedicineEntry
from cds_hooks.clinical.calendar import add_months

_ANY_MEDICINE = ("systemic-contraceptive-steroid", "progestogen-only-contraceptive", "levonorgestrel-ius", "copper-iud")
_ANY_STATUS = ("contraception-in-use", "vasectomised-partner", "vasectomy", "tubal-sterilisation")

#: Where contraception is looked for.
CONTRACEPTION_KEYS = (*ALL_MEDICINE_KEYS, "procedures", "conditions", "observations")
ABSTINENCE_KEYS = ("observations", "questionnaires")
WEEKS_BEFORE_START = 4

#: Method -> value set of its medicine; IUS, implant and copper IUD also have insertions.
MEDICINE_METHODS = {
    "implant": "contraceptive-implant",
    "levonorgestrel-ius": "levonorgestrel-ius",
    "desogestrel-pill": "desogestrel-pill",
    "combined-pill": "combined-oral-contraceptive",
    "ring": "combined-ring",
    "patch": "combined-patch",
    "copper-iud": "copper-iud",
    "site-method": "site-contraceptive",
}
#: Without any of these on record, only the method's own medicine shows it.
METHOD_SIGNS = frozenset(("contraception-status", *(set_id for pair in INSERTED_METHODS.values() for set_id in pair)))
STATUS_METHODS = {
    "implant": "implant-status",
    "levonorgestrel-ius": "levonorgestrel-ius-status",
    "depot": "depot-status",
    "desogestrel-pill": "progestogen-only-pill-status",
    "combined-pill": "combined-pill-status",
    "copper-iud": "copper-iud-status",
    "tubal-sterilisation": "tubal-sterilisation",
    "oral-contraception": "oral-contraception-status",
    "iud": "iud-status",
    "site-method": "site-contraceptive",
}


def find_methods(bedside: Bedside) -> tuple[MethodInUse, ...]:
    """Every method that the record shows in use now, in a fixed order of kinds."""
    return (
        *find_sterilised(bedside),
        *_find_medicine_methods(bedside),
        *find_inserted(bedside),
        *find_depot(bedside),
        *_find_by_status(bedside),
    )


def find_any_contraception(bedside: Bedside) -> Finding:
    """Any contraception on record, also methods that are not effective enough for a teratogen (denosumab 4.6; definitions)."""
    found = [method.evidence for method in find_methods(bedside)]
    found += [show_medicine(entry) for entry in find_active(bedside, *_ANY_MEDICINE)]
    oldest = add_months(bedside.now.today, -bedside.numbers.days("contraception-status-months"))
    for observed in bedside.observed("contraception-status")[:1]:
        recent = observed.when.first >= oldest and not observed.preliminary
        text = f" {fold_name(observed.value.text)} "
        if recent and (_is_any_status(bedside, observed) or _names(bedside, "vasectomised-partner", text)):
            found.append(show_observation(observed))
    if found:
        return Finding(True, tuple(dict.fromkeys(found)))
    lacking = bedside.chart.find_lacking(*CONTRACEPTION_KEYS)
    return Finding(None if lacking else False, missing=lacking)


def _is_any_status(bedside: Bedside, observed: CodedObservation) -> bool:
    return any(bedside.sets[set_id].find(observed.value) for set_id in _ANY_STATUS)


def find_tubal_sterilisation(bedside: Bedside) -> Finding:
    """Whether tubal sterilisation is confirmed: a completed procedure, or its history-of code."""
    methods = tuple(find_sterilised(bedside))
    if methods:
        return Finding(True, tuple(method.evidence for method in methods))
    lacking = bedside.chart.find_lacking("procedures", "conditions")
    return Finding(None if lacking else False, missing=lacking)


def find_abstinence(bedside: Bedside) -> Finding:
    """Whether a commitment to full abstinence was confirmed within a month (31 days, site)."""
    first_day = bedside.now.today - timedelta(days=bedside.numbers.days("abstinence-days"))
    for observed in bedside.observed("contraception-status"):
        if observed.when.first >= first_day and bedside.sets["abstinence"].find(observed.value) and not observed.preliminary:
            return Finding(True, (show_observation(observed),))
    answered = find_answers(bedside, "abstinence", since=first_day)
    if answered:
        return Finding(True, answered)
    lacking = bedside.chart.find_lacking(*ABSTINENCE_KEYS)
    return Finding(None if lacking else False, missing=lacking)


def _find_medicine_methods(bedside: Bedside) -> Iterator[MethodInUse]:
    for method, set_id in MEDICINE_METHODS.items():
        found = [entry for entry in bedside.find_medicines(set_id) if _is_in_use(bedside, entry.record)]
        if found:
            oldest = min(found, key=lambda entry: find_start(entry.record) or date.max)
            until = max(_find_last_day(bedside, entry.record) for entry in found)
            yield MethodInUse(method, find_start(oldest.record), show_medicine(oldest), until)


def _is_in_use(bedside: Bedside, entry: MedicineEntry) -> bool:
    """Started, not ended, and covered by its supply or confirmed within 12 months (site)."""
    today = bedside.now.today
    began = find_start(entry)
    if began is None or began > today:
        return False
    if entry.kind is EntryKind.DISPENSE:
        return entry.status in ("completed", "in-progress") and _is_covered(entry, today)
    if not is_active(entry, today):
        return False
    confirmed = _find_confirmed(entry, began)
    return _is_covered(entry, today) or confirmed >= add_months(today, -bedside.numbers.days("contraception-confirmed-months"))


def _find_confirmed(entry: MedicineEntry, began: date) -> date:
    told = entry.asserted or entry.when
    return max(told.last, began) if told else began


def _find_last_day(bedside: Bedside, entry: MedicineEntry) -> date:
    """The last day for which an entry in use is believed: of its supply or period, or 12 months (site) after it was confirmed."""
    covered = find_covered(entry, 0)
    assert covered is not None, "an entry in use has a start"
    if entry.kind is EntryKind.DISPENSE or find_period_end(entry) is not None:
        return covered[1]
    months = bedside.numbers.days("contraception-confirmed-months")
    return max(covered[1], add_months(_find_confirmed(entry, covered[0]), months))


def _is_covered(entry: MedicineEntry, today: date) -> bool:
    covered = find_covered(entry, 0)
    return covered is not None and covered[1] >= today


def _find_by_status(bedside: Bedside) -> Iterator[MethodInUse]:
    """The newest contraception status, at most 3 months (site) old."""
    months = bedside.numbers.days("contraception-status-months")
    oldest = add_months(bedside.now.today, -months)
    for observed in bedside.observed("contraception-status")[:1]:
        if observed.when.first < oldest or observed.preliminary:
            continue
        until = add_months(observed.when.first, months)
        told = [method for method, set_id in STATUS_METHODS.items() if bedside.sets[set_id].find(observed.value)]
        told += ["vasectomised-partner"] if _is_vasectomised_partner(bedside, observed) else []
        yield from (MethodInUse(method, observed.when.last, show_observation(observed), until) for method in told)


def _is_vasectomised_partner(bedside: Bedside, observed: CodedObservation) -> bool:
    """A vasectomised only partner counts where two negative semen analyses are named (4.4)."""
    text = f" {fold_name(observed.value.text)} "
    return _names(bedside, "vasectomised-partner", text) and _names(bedside, "two-negative-semen-analyses", text)


def _names(bedside: Bedside, set_id: str, text: str) -> bool:
    return any(f" {name} " in text for name in bedside.sets[set_id].names)


def find_recent(
    bedside: Bedside, methods: tuple[str, ...], *, stopped_within_days: int | None, begun_within: int | None
) -> tuple[MethodInUse, ...]:
    """Entries of these methods that are in use or ordered, or were stopped less than `stopped_within_days` ago.

    With `begun_within`: only what is ordered now, or was begun less than so many days ago (an insertion, else the statement).
    """
    found: list[MethodInUse] = []
    for method in methods:
        set_id = MEDICINE_METHODS[method]
        found += [
            MethodInUse(method, None, show_medicine(draft))
            for draft in bedside.find_drafts(set_id)
            if _is_planned(bedside, draft)
        ]
        for entry in bedside.find_medicines(set_id):
            if _is_current(bedside, entry.record) or _stopped_lately(bedside, entry.record, stopped_within_days):
                found.append(MethodInUse(method, find_start(entry.record), show_medicine(entry)))
    in_use = [m for m in (*find_inserted(bedside), *_find_by_status(bedside)) if m.method in methods]
    if begun_within is None:
        return (*found, *in_use)
    inserted = [m for m in in_use if m.since is not None]
    first_day = bedside.now.today - timedelta(days=begun_within)
    begun = [*inserted] if inserted else found
    return tuple(m for m in (*begun, *(f for f in found if f.since is None)) if m.since is None or m.since > first_day)


def _is_planned(bedside: Bedside, draft: Matched[MedicineEntry]) -> bool:
    return is_active(draft.record, bedside.now.today)


def _is_current(bedside: Bedside, entry: MedicineEntry) -> bool:
    return is_active(entry, bedside.now.today) or (entry.kind is EntryKind.DISPENSE and _is_in_use(bedside, entry))


def _stopped_lately(bedside: Bedside, entry: MedicineEntry, within_days: int | None) -> bool:
    """Stopped, ended or run out less than `within_days` ago."""
    if within_days is None or not is_or_was_taken(entry):
        return False
    end = find_period_end(entry)
    if end is None and entry.kind is EntryKind.DISPENSE:
        covered = find_covered(entry, 0)
        end = covered[1] if covered else None
    return end is not None and bedside.now.today - timedelta(days=within_days) < end <= bedside.now.today
