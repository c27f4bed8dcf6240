"""Neutrophils and platelets over time, in 10*9/L; leukocytes times their share of neutrophils where both are of one sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.evidence import show_measurement, show_number
from cds_hooks.chart.finding import Amount, Evidence, Value
from cds_hooks.chart.records import Interval, Measurement
from cds_hooks.chart.when import When
from cds_hooks.record import Record

NEUTROPHILS = "neutrophils"
PLATELETS = "platelets"
UNIT = "10*9/L"
_HUNDRED = Decimal(100)
_LAST_DAY = attrgetter("when.last")


class Count(Record):
    """One count. `sources` is the measurement itself, or leukocytes and the share of neutrophils that it was computed from."""

    kind: str
    amount: Interval
    when: When
    preliminary: bool
    sources: tuple[Measurement, ...]

    def show(self) -> tuple[Evidence, ...]:
        """The facts used; a computed count after the two it was made of."""
        shown = tuple(show_measurement(source) for source in self.sources)
        if len(shown) == 1:
            return shown
        return (*shown, Evidence("computed-neutrophils", _show_interval(self.amount), UNIT, self.when.recorded))

    def tell(self) -> Value:
        """The count for a text: with its unit, and with the comparator that the record gives."""
        if self.amount.low is not None and self.amount.low == self.amount.high:
            return Amount(self.amount.low, UNIT)
        return f"{_show_interval(self.amount)} x 10^9/L"


def find_counts(bedside: Bedside, kind: str, since: date = date.min) -> tuple[Count, ...]:
    """All counts of the kind of `since` or later, oldest first; of values of one moment the lowest (a preliminary one only where
    it is lower). Earlier ones may be among them, and some of those may be lacking."""
    direct = [Count(kind, m.amount, m.when, m.preliminary, (m,)) for m in _find_measured(bedside, kind, since)]
    derived = _find_derived(bedside, direct, since) if kind == NEUTROPHILS else []
    counts = [*direct, *derived]
    if len(set(map(_LAST_DAY, counts))) == len(counts):
        return tuple(sorted(counts, key=_LAST_DAY))  # No two are of one moment.
    return tuple(_keep_lowest(sorted(counts, key=_order)))


def find_newest_count(counts: Sequence[Count], since: date) -> Count | None:
    """The count that stands, of counts that are oldest first: the newest final one of `since` or later; a newer preliminary one
    where it is lower, or alone."""
    final = early = None
    for count in reversed(counts):
        if count.when.first < since:
            continue
        if not count.preliminary:
            final = count
            break
        early = early or count
    if final is None or early is None:
        return final or early
    return early if _low(early) < _low(final) else final


def find_lowest(counts: Iterable[Count]) -> Decimal:
    """The lowest that any of the counts may be; above everything where there is none."""
    return min(map(_low, counts), default=Decimal("Infinity"))


def is_below(amount: Interval, limit: Decimal) -> bool | None:
    """Whether the whole interval is under the limit; None where it lies on both sides."""
    high, low = amount.high, amount.low
    if high is not None and (high < limit or (high == limit and amount.high_open)):
        return True
    return False if low is not None and low >= limit else None


def _order(count: Count) -> tuple[date, float, str]:
    return (*count.when.newest_key(), count.sources[0].reference)


def _keep_lowest(ordered: Iterable[Count]) -> list[Count]:
    kept: list[Count] = []
    for count in ordered:
        if kept and _is_same_moment(kept[-1].when, count.when):
            kept[-1] = min(kept[-1], count, key=lambda c: (_low(c), c.preliminary))
        else:
            kept.append(count)
    return kept


def _is_same_moment(one: When, other: When) -> bool:
    if one.last != other.last:
        return False
    return one.instant is None or other.instant is None or one.instant == other.instant


def _low(count: Count) -> Decimal:
    return count.amount.low if count.amount.low is not None else Decimal("-Infinity")


def _find_measured(bedside: Bedside, analyte: str, since: date) -> tuple[Measurement, ...]:
    return bedside.measured(analyte) if since == date.min else bedside.measured_since(analyte, since)


def _find_derived(bedside: Bedside, direct: Sequence[Count], since: date) -> list[Count]:
    """Neutrophils from leukocytes and their share, on days without a count of their own."""
    measured = _find_measured(bedside, "neutrophil-fraction", since)
    if not measured:
        return []
    counted = {count.when.last for count in direct}
    shares = [share for share in measured if share.when.last not in counted]
    if not shares:
        return []
    leukocytes = _find_measured(bedside, "leukocytes", since)
    pairs = [(next((one for one in leukocytes if _is_one_sample(one, share)), None), share) for share in shares]
    return [_compute(of_all, share) for of_all, share in pairs if of_all is not None]


def _is_one_sample(one: Measurement, other: Measurement) -> bool:
    """The same specimen, or parts of one Observation, of the same day. A contained specimen is its own Observation's."""
    if one.when.last != other.when.last:
        return False
    same_specimen = bool(one.sample) and one.sample == other.sample and not one.sample.startswith("#")
    return same_specimen or one.reference == other.reference


def _compute(leukocytes: Measurement, share: Measurement) -> Count:
    total, part = leukocytes.amount, share.amount
    amount = Interval(
        _multiply(total.low, part.low),
        _multiply(total.high, part.high),
        total.low_open or part.low_open,
        total.high_open or part.high_open,
    )
    preliminary = leukocytes.preliminary or share.preliminary
    return Count(NEUTROPHILS, amount, leukocytes.when, preliminary, (leukocytes, share))


def _multiply(total: Decimal | None, percent: Decimal | None) -> Decimal | None:
    return None if total is None or percent is None else total * percent / _HUNDRED


def _show_interval(amount: Interval) -> str:
    if amount.low is not None and amount.low == amount.high:
        return show_number(amount.low)
    if amount.high is not None:
        return f"{'<' if amount.high_open else '<='}{show_number(amount.high)}"
    return f"{'>' if amount.low_open else '>='}{show_number(amount.low or Decimal(0))}"
