"""The schedule of an order from its dosage lines: dose on a day of intake, intakes, pattern of days. Never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from cds_hooks.clinical import names
from cds_hooks.clinical.calendar import count_days
from cds_hooks.clinical.combination import combine_same_days
from cds_hooks.clinical.cycle_text import find_cycle, find_pause_days, mentions_pause
from cds_hooks.clinical.cycle_words import COUNTED_WORDS, cut
from cds_hooks.clinical.dosage import DAILY, DosageLine, NotComputable, Pattern, Schedule
from cds_hooks.clinical.dose_amount import HIGHEST_DOSE_MG, Content, compute_dose_mg
from cds_hooks.clinical.rhythm import Rhythm, compute_rhythm
from cds_hooks.clinical.sequence import Stretch, follow_on

_MOST_SCHEDULES = 1024
_schedules: dict[tuple[object, ...], Schedule | NotComputable] = {}


def compute_schedule(
    lines: Sequence[DosageLine],
    *,
    strength_mg: Decimal | None,
    supply_text: str = "",
    mg_per_ml: Decimal | None = None,
    order_days: Decimal | None = None,
) -> Schedule | NotComputable:
    """What the dosage lines of one order say together, or the fixed English name of why they do not settle it.

    `strength_mg` is mg per piece and `mg_per_ml` the concentration of the product, None where the record does not say.
    `supply_text` is free text of the order outside the lines, read for a cycle only. `order_days` are the days that the
    order is for (one dispense): days of intake that end before them make a pattern, 21 days in 28 days are 21 of 28.
    """
    content = Content(strength_mg, mg_per_ml)
    days = order_days if order_days is not None and order_days.is_finite() and order_days > 0 else None
    if supply_text or any(map(_is_personal, lines)):
        return _compute(tuple(lines), supply_text, content, days)
    return _recall(tuple(lines), content, days)


def _compute(lines: tuple[DosageLine, ...], supply_text: str, content: Content, days: Decimal | None) -> Schedule | NotComputable:
    told = [line for line in lines if len(lines) == 1 or not _is_remark(line)]
    steps = [(line, _read_line(line, content)) for line in told]
    for _, step in steps:
        if isinstance(step, NotComputable):
            return step
    schedule = _bring_together([(line, step) for line, step in steps if isinstance(step, Stretch)], days)
    if isinstance(schedule, NotComputable):
        return schedule
    schedule = _apply_text(schedule, supply_text)
    return schedule if isinstance(schedule, NotComputable) else _set_in_order(schedule, days)


def _recall(lines: tuple[DosageLine, ...], content: Content, days: Decimal | None) -> Schedule | NotComputable:
    """Dosages are much the same for all patients. They are known by how they are spelt: 25 and 25.0 are equal, and are shown
    as they were written."""
    amounts = (content.strength_mg, content.mg_per_ml, days)
    spelt = (*[line.spell() for line in lines], *map(str, amounts))
    known = _schedules.get(spelt)
    if known is None:
        if len(_schedules) >= _MOST_SCHEDULES:
            _schedules.clear()
        known = _schedules[spelt] = _compute(lines, "", content, days)
    return known


def _is_personal(line: DosageLine) -> bool:
    """What names a date, or speaks to one patient, is not kept."""
    timing = line.timing
    is_dated = timing is not None and (timing.events or timing.bounds_start is not None or timing.bounds_end is not None)
    return bool(is_dated or line.patient_instruction or line.additional)


def _read_line(line: DosageLine, content: Content) -> Stretch | NotComputable:
    """One line as a step: its schedule, or a pause where the dose is nought or the text of a line without dose is a pause."""
    dose = compute_dose_mg(line.doses, content)
    if isinstance(dose, NotComputable) and dose is names.NO_DOSE:
        return _read_without_dose(line)
    if isinstance(dose, NotComputable):
        return dose
    rhythm = compute_rhythm(line.timing)
    if isinstance(rhythm, NotComputable):
        return rhythm
    if dose == 0:
        return Stretch(None, rhythm.lasts_days or find_pause_days(line.text))
    schedule = _compose(line, dose, rhythm)
    return schedule if isinstance(schedule, NotComputable) else Stretch(schedule, schedule.lasts_days)


def _read_without_dose(line: DosageLine) -> Stretch | NotComputable:
    text = line.text or line.patient_instruction
    if not text:
        return names.NO_DOSE
    if find_cycle(text) is not None or not mentions_pause(text) or not COUNTED_WORDS.isdisjoint(cut(text)):
        return names.DOSE_IN_TEXT
    rhythm = compute_rhythm(line.timing)
    stated = None if isinstance(rhythm, NotComputable) else rhythm.lasts_days
    return Stretch(None, stated or find_pause_days(text))


def _is_remark(line: DosageLine) -> bool:
    """A line beside others that can hold neither dose nor timing: no structure, no number, nothing that is counted."""
    text = f"{line.text} {line.patient_instruction}"
    if line.doses or line.timing is not None or mentions_pause(text):
        return False
    words = cut(text)
    return not any(word[0].isdigit() or word in COUNTED_WORDS for word in words)


def _compose(line: DosageLine, dose_mg: Decimal, rhythm: Rhythm) -> Schedule | NotComputable:
    mg = dose_mg * rhythm.intakes_per_day
    if mg > HIGHEST_DOSE_MG:
        return names.DOSE_OUT_OF_RANGE
    schedule = Schedule(
        mg,
        rhythm.intakes_per_day,
        rhythm.pattern,
        names.join_notes(rhythm.note, names.AS_NEEDED) if line.as_needed else rhythm.note,
        rhythm.lasts_days,
        rhythm.intake_days,
        rhythm.weekdays,
        rhythm.moments,
        days=rhythm.days,
    )
    if line.timing is not None and line.timing.cycle is not None:
        placed = _apply_cycle(schedule, line.timing.cycle)
        if isinstance(placed, NotComputable):
            return names.TIMING_CONTRADICTORY
        schedule = placed
    if not line.text and not line.patient_instruction:
        return schedule
    return _apply_text(schedule, line.text, line.patient_instruction)


def _apply_text(schedule: Schedule, *texts: str) -> Schedule | NotComputable:
    """The schedule with the pause that a text names; not computable where text and structure cannot both hold."""
    cycle = find_cycle(*texts)
    if cycle is None or isinstance(cycle, NotComputable):
        return schedule if cycle is None else cycle
    return _apply_cycle(schedule, cycle)


def _apply_cycle(schedule: Schedule, cycle: Pattern) -> Schedule | NotComputable:
    """The schedule inside a cycle; a single dose and irregular dates have none."""
    if names.GIVEN_ONCE in schedule.note or names.DAYS_IRREGULAR in schedule.note:
        return schedule
    pattern = _merge(schedule.pattern, cycle)
    if isinstance(pattern, NotComputable) or pattern == schedule.pattern:
        return pattern if isinstance(pattern, NotComputable) else schedule
    note = names.replace_note(schedule.note, names.CYCLE_NOT_STATED, kept=not pattern.cycle_stated)
    intake_days = schedule.intake_days
    if schedule.lasts_days is not None and intake_days == schedule.lasts_days:
        intake_days = pattern.count_days_on(schedule.lasts_days)
    return replace(schedule, pattern=pattern, note=note, intake_days=intake_days)


def _merge(pattern: Pattern | None, cycle: Pattern) -> Pattern | NotComputable:
    """A structured pattern and the cycle of a text: daily inside the cycle, the same, or every so many days inside it.

    Inside means that the pattern comes round at least twice in the days on; else the two contradict.
    """
    if pattern is None or not pattern.has_pause:
        return cycle if cycle.has_pause else DAILY
    if pattern.days_on == cycle.days_on and not (pattern.cycle_stated and cycle.cycle_stated):
        return pattern if pattern.cycle_stated else cycle
    if pattern.days_on * cycle.cycle_days == cycle.days_on * pattern.cycle_days:
        return pattern
    if not cycle.has_pause or 2 * pattern.cycle_days > cycle.days_on:
        return names.TEXT_CONTRADICTS
    inside = (cycle.days_on * pattern.days_on / pattern.cycle_days).to_integral_value(ROUND_CEILING)
    return replace(cycle, days_on=inside)


def _bring_together(steps: Sequence[tuple[DosageLine, Stretch]], days: Decimal | None) -> Schedule | NotComputable:
    """Lines of one sequence number, or of none, run together; different numbers and disjoint periods follow each other."""
    if not steps:
        return names.NO_DOSAGE
    if len(steps) == 1:
        return follow_on([steps[0][1]], days)
    groups: dict[int | None, list[Stretch]] = {}
    for line, stretch in steps:
        groups.setdefault(line.sequence, []).append(stretch)
    if len(groups.keys() - {None}) < 2:
        return _run_together(steps, days)
    if None in groups:
        return names.SEQUENCE
    return _follow_groups([group for _, group in sorted(groups.items(), key=lambda one: one[0] or 0)], days)


def _run_together(steps: Sequence[tuple[DosageLine, Stretch]], days: Decimal | None) -> Schedule | NotComputable:
    """A pause among lines without a sequence can only come after them."""
    if (periods := _order_by_period(steps)) is not None:
        return follow_on(periods, days)
    intakes = [stretch for _, stretch in steps if stretch.schedule is not None]
    pauses = [[stretch] for _, stretch in steps if stretch.schedule is None]
    return _follow_groups([intakes, *pauses] if intakes else pauses, days)


def _follow_groups(groups: Sequence[Sequence[Stretch]], days: Decimal | None) -> Schedule | NotComputable:
    steps: list[Stretch] = []
    for group in groups:
        together = [stretch.schedule for stretch in group if stretch.schedule is not None]
        if not together:
            steps.append(group[0])
            continue
        schedule = combine_same_days(together)
        if isinstance(schedule, NotComputable):
            return schedule
        steps.append(Stretch(schedule, schedule.lasts_days))
    return follow_on(steps, days)


def _order_by_period(steps: Sequence[tuple[DosageLine, Stretch]]) -> list[Stretch] | None:
    """Steps in the order of their bounds periods, gaps as pauses, if each has a period and no two share more than an end.

    A period that ends on the day the next one starts is taken not to hold that day.
    """
    placed = []
    for line, stretch in steps:
        if line.timing is None or line.timing.bounds_start is None or line.timing.bounds_end is None:
            return None
        placed.append((line.timing.bounds_start, line.timing.bounds_end, stretch))
    placed.sort(key=lambda one: one[:2])
    ordered: list[Stretch] = []
    for (start, end, stretch), (following, _, _) in pairwise(placed):
        gap = count_days(end, following) - 1
        if gap < -1 or following == start:
            return None
        ordered.append(_shorten(stretch, Decimal(count_days(start, following))) if gap < 0 else stretch)
        if gap > 0:
            ordered.append(Stretch(None, Decimal(gap)))
    return [*ordered, placed[-1][2]]


def _shorten(stretch: Stretch, days: Decimal) -> Stretch:
    if stretch.schedule is None:
        return Stretch(None, days)
    pattern = stretch.schedule.pattern
    intake_days = pattern.count_days_on(days) if pattern is not None else stretch.schedule.intake_days
    return Stretch(replace(stretch.schedule, lasts_days=days, intake_days=intake_days), days)


def _set_in_order(schedule: Schedule, days: Decimal | None) -> Schedule:
    """Daily intake that ends before the days of the order do: the rest of them is a pause."""
    if days is None or schedule.pattern != DAILY or schedule.intake_days is None or schedule.intake_days >= days:
        return schedule
    return replace(schedule, pattern=Pattern(schedule.intake_days, days))
