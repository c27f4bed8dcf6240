"""Methods that last without being taken: sterilisation, devices by their insertion, depots by their last dose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.evidence import show_condition, show_procedure
from cds_hooks.chart.finding import Evidence
from cds_hooks.chart.medicines import find_period_end, find_start, show_medicine
from cds_hooks.chart.records import EntryKind, MedicineEntry
from cds_hooks.clinical.calendar import add_months

#: Method -> value sets of its insertion and its removal.
INSERTED_METHODS = {
    "implant": ("implant-insertion", "implant-removal"),
    "levonorgestrel-ius": ("ius-insertion", "ius-removal"),
    "copper-iud": ("copper-iud-insertion", "ius-removal"),
}


@dataclass(frozen=True, slots=True)
class MethodInUse:
    """A method in use now. `since` is the day from which the record shows it in use, `until` the last one (None: no end)."""

    method: str
    since: date | None
    evidence: Evidence
    until: date | None = None

    def for_weeks(self, weeks: int, today: date) -> bool:
        """Whether it has been in use for that long, the day itself included."""
        return self.since is not None and self.since <= today - timedelta(weeks=weeks)


def find_sterilised(bedside: Bedside) -> Iterator[MethodInUse]:
    """Tubal sterilisation: a procedure done, or a problem that tells of it."""
    for done in bedside.find_procedures("tubal-sterilisation"):
        if done.record.status == "completed":
            day = done.record.start.last if done.record.start else None
            yield MethodInUse("tubal-sterilisation", day or date.min, show_procedure(done))
    for found in bedside.find_conditions("tubal-sterilisation"):
        day = found.record.since.last if found.record.since else None
        yield MethodInUse("tubal-sterilisation", day or date.min, show_condition(found))


def find_inserted(bedside: Bedside) -> Iterator[MethodInUse]:
    """An implant, IUS or IUD by its insertion, within its life, without a later removal. One of the same day was that of the
    device before: it is how they are replaced. A removal of no exact day counts as later where it can be."""
    for method, (set_id, removal_set) in INSERTED_METHODS.items():
        removals = [done.record.start for done in bedside.find_procedures(removal_set)]
        life = bedside.numbers.days(f"{method}-life-years")
        for done in bedside.find_procedures(set_id):
            start = done.record.start
            if done.record.status != "completed" or start is None or start.last > bedside.now.today:
                continue
            removed = any(removal is None or removal.last > start.first for removal in removals)
            until = add_months(start.first, 12 * life)
            if not removed and until >= bedside.now.today:
                yield MethodInUse(method, start.last, show_procedure(done), until)


def find_depot(bedside: Bedside) -> Iterator[MethodInUse]:
    """Depot medroxyprogesterone: the last dose at most 13 weeks ago; in use since the first dose of the unbroken row."""
    weeks = timedelta(weeks=bedside.numbers.days("depot-weeks"))
    given = sorted(
        ((day, found) for found in bedside.find_medicines("depot-medroxyprogesterone") if (day := _dose_day(bedside, found))),
        key=lambda dose: dose[0],
        reverse=True,
    )
    if not given or given[0][0] + weeks < bedside.now.today:
        return
    since = given[0][0]
    for day, _ in given[1:]:
        if day + weeks < since:
            break
        since = day
    yield MethodInUse("depot", since, show_medicine(given[0][1]), given[0][0] + weeks)


def _dose_day(bedside: Bedside, found: Matched[MedicineEntry]) -> date | None:
    """The day of a dose: an administration or dispense done, or a statement or order that counts."""
    entry, today = found.record, bedside.now.today
    if entry.kind in (EntryKind.ADMINISTRATION, EntryKind.DISPENSE):
        counts = entry.status in ("completed", "in-progress")
    else:
        counts = entry.status in ("active", "completed", "recorded")
    end = find_period_end(entry)
    day = entry.when.last if entry.when else find_start(entry)
    if end is not None and day is not None:
        day = min(day, end)
    return day if counts and day is not None and day <= today else None
