"""Cycles of treatment: from an order's date to its last covered day; the next begins with the order after it (definitions)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cds_hooks.chart.phase import CYCLE_GAP_DAYS, Stay


@dataclass(frozen=True, slots=True)
class Cycle:
    """First and last covered day; `until` is the day before the next cycle began (the last covered day of the newest one)."""

    first: date
    last: date
    until: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in the cycle or in the pause up to the next one."""
        return self.first <= day <= self.until

    def count_days(self, day: date) -> int:
        """The day of the cycle, 1 on its first."""
        return (day - self.first).days + 1


def find_cycles(stays: Sequence[Stay], cycle_days: int) -> tuple[Cycle, ...]:
    """The cycles of a course, oldest first. Entries less than 14 days apart are one; a longer supply is several."""
    spans: list[tuple[date, date]] = []
    for stay in stays:
        if spans and stay.first < spans[-1][0] + timedelta(days=CYCLE_GAP_DAYS):
            spans[-1] = (spans[-1][0], max(spans[-1][1], stay.last))
        else:
            spans.append((stay.first, stay.last))
    cut = [part for number, span in enumerate(spans) for part in _split(_cut_off(span, spans[number + 1 :]), cycle_days)]
    return tuple(_compose(number, cut) for number in range(len(cut)))


def _cut_off(span: tuple[date, date], later: Sequence[tuple[date, date]]) -> tuple[date, date]:
    first, last = span
    return (first, min(last, later[0][0] - timedelta(days=1))) if later else span


def _split(span: tuple[date, date], cycle_days: int) -> Iterator[tuple[date, date]]:
    first, last = span
    while (last - first).days + 1 >= cycle_days + CYCLE_GAP_DAYS:
        yield first, first + timedelta(days=cycle_days - 1)
        first += timedelta(days=cycle_days)
    yield first, last


def _compose(number: int, spans: Sequence[tuple[date, date]]) -> Cycle:
    first, last = spans[number]
    until = spans[number + 1][0] - timedelta(days=1) if number + 1 < len(spans) else last
    return Cycle(first, last, until)
