"""Pregnancy and breastfeeding now, and the tests that prove or exclude it (definitions, "current pregnancy", "negative test")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.concept import Concept
from cds_hooks.chart.evidence import show_condition, show_measurement, show_observation
from cds_hooks.chart.finding import NO, Evidence, Finding
from cds_hooks.chart.records import Measurement
from cds_hooks.chart.when import When

PREGNANCY_KEYS = ("conditions", "observations")
#: Without any of these on record nobody is found to be pregnant.
PREGNANCY_SIGNS = frozenset({"pregnancy", "pregnancy-status", "pregnancy-test", "hcg-quantitative", "estimated-delivery"})
#: From the first day of the last menstruation to the estimated date of delivery (zib Pregnancy: 40 weeks, 280 days).
_DAYS_TO_DELIVERY = 280


class TestResult(StrEnum):
    """What a pregnancy test said."""

    __test__ = False

    NEGATIVE = "negative"
    POSITIVE = "positive"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class PregnancyTest:
    """One test, qualitative or quantitative. `preliminary` counts towards danger only."""

    result: TestResult
    when: When
    evidence: Evidence
    preliminary: bool = False


def find_tests(bedside: Bedside) -> tuple[PregnancyTest, ...]:
    """Every pregnancy test of the record, newest first; at one moment the more dangerous first."""
    tests = [
        PregnancyTest(_read_answer(bedside, observed.value), observed.when, show_observation(observed), observed.preliminary)
        for observed in bedside.observed("pregnancy-test")
    ]
    tests += [
        PregnancyTest(_judge_hcg(bedside, measured), measured.when, show_measurement(measured), measured.preliminary)
        for measured in bedside.measured("hcg-quantitative")
    ]
    danger = {TestResult.POSITIVE: 1, TestResult.UNUSABLE: 0, TestResult.NEGATIVE: -1}
    return tuple(sorted(tests, key=lambda t: (t.when.newest_key(), danger[t.result]), reverse=True))


def find_negative_test(bedside: Bedside, *, days_back: int | None = None) -> PregnancyTest | None:
    """The newest negative test of today or the `days_back` days before (None: ever), unless one of that day or later is
    positive."""
    first_day = date.min if days_back is None else bedside.now.today - timedelta(days=days_back)
    tests = find_tests(bedside)
    positive_days = [test.when.last for test in tests if test.result is TestResult.POSITIVE]
    for test in tests:
        if test.result is not TestResult.NEGATIVE or test.preliminary or test.when.first < first_day:
            continue
        if not any(day >= test.when.first for day in positive_days):
            return test
    return None


def find_current_pregnancy(bedside: Bedside) -> Finding:
    """Whether the patient is pregnant now, by problem list, status, test or due date; a later test undoes no active problem."""
    evidence = _show_pregnancy_problems(bedside)
    if evidence:
        return Finding(True, evidence + _show_contradictions(bedside))
    for finding in (_find_pregnant_status(bedside), _find_pregnant_by_test(bedside), _find_pregnant_by_due_date(bedside)):
        if finding.truth:
            return finding
    lacking = bedside.chart.find_lacking(*PREGNANCY_KEYS)
    return Finding(None if lacking else False, missing=lacking)


def find_outdated_pregnancy(bedside: Bedside) -> Finding:
    """Whether an active pregnancy problem stands that is older than any pregnancy: to be checked."""
    oldest = _oldest_day(bedside)
    old = [
        show_condition(found)
        for found in bedside.find_active_conditions("pregnancy")
        if (since := found.record.since) is not None and since.last < oldest
    ]
    if old:
        return Finding(True, tuple(old))
    return _absent(bedside, "conditions")


def find_breastfeeding(bedside: Bedside) -> Finding:
    """Whether the patient breastfeeds, by an active problem or the newest status."""
    problems = bedside.find_active_conditions("breastfeeding")
    if problems:
        return Finding(True, tuple(show_condition(found) for found in problems))
    for observed in bedside.observed("breastfeeding-status")[:1]:
        if bedside.sets["breastfeeding"].find(observed.value):
            return Finding(True, (show_observation(observed),))
    return _absent(bedside, *PREGNANCY_KEYS)


def _absent(bedside: Bedside, *keys: str) -> Finding:
    lacking = bedside.chart.find_lacking(*keys)
    return Finding(None, missing=lacking) if lacking else NO


def _oldest_day(bedside: Bedside) -> date:
    return bedside.now.today - timedelta(weeks=bedside.numbers.days("pregnancy-weeks"))


def _show_pregnancy_problems(bedside: Bedside) -> tuple[Evidence, ...]:
    oldest = _oldest_day(bedside)
    return tuple(
        show_condition(found)
        for found in bedside.find_active_conditions("pregnancy")
        if (since := found.record.since) is None or since.last >= oldest
    )


def _show_contradictions(bedside: Bedside) -> tuple[Evidence, ...]:
    """A later negative test or status does not undo an active problem; the card shows both."""
    shown = [test.evidence for test in find_tests(bedside)[:1] if test.result is TestResult.NEGATIVE]
    for observed in bedside.observed("pregnancy-status")[:1]:
        if bedside.sets["answer-not-pregnant"].find(observed.value):
            shown.append(show_observation(observed))
    return tuple(shown)


def _find_pregnant_status(bedside: Bedside) -> Finding:
    """The newest definite pregnancy status (a preliminary "not pregnant" clears nothing; "possible" settles nothing)."""
    for observed in bedside.observed("pregnancy-status"):
        if bedside.sets["answer-pregnant"].find(observed.value):
            recent = observed.when.last >= _oldest_day(bedside)
            return Finding(recent, (show_observation(observed),))
        if bedside.sets["answer-not-pregnant"].find(observed.value) and not observed.preliminary:
            return NO
    return NO


def _find_pregnant_by_test(bedside: Bedside) -> Finding:
    tests = find_tests(bedside)
    for positive in tests:
        if positive.result is not TestResult.POSITIVE or positive.when.last < _oldest_day(bedside):
            continue
        if not _is_over(bedside, positive.when.last, tests):
            return Finding(True, (positive.evidence,))
    return NO


def _find_pregnant_by_due_date(bedside: Bedside) -> Finding:
    """The newest estimated date of delivery, which is 40 weeks from the start: a status "pregnant" of the day it was recorded."""
    for observed in bedside.observed("estimated-delivery")[:1]:
        if observed.date_value is None:
            return NO
        began = observed.date_value.last - timedelta(days=_DAYS_TO_DELIVERY)
        if not _oldest_day(bedside) <= began <= bedside.now.today or _is_over(bedside, observed.when.last, find_tests(bedside)):
            return NO
        for status in bedside.observed("pregnancy-status"):
            if bedside.sets["answer-not-pregnant"].find(status.value) and status.when.first > observed.when.last:
                return NO
        return Finding(True, (show_observation(observed),))
    return NO


def _is_over(bedside: Bedside, after: date, tests: Iterable[PregnancyTest]) -> bool:
    """Whether a negative test or an end of pregnancy followed on a day; a test of the same day does not count."""
    if any(t.result is TestResult.NEGATIVE and not t.preliminary and t.when.first > after for t in tests):
        return True
    ended = [found.record for found in bedside.find_conditions("pregnancy") if not found.record.is_active]
    if any(c.abatement is not None and c.abatement.first > after for c in ended):
        return True
    ends = bedside.find_conditions("end-of-pregnancy")
    return any(c.record.since is not None and c.record.since.first >= after for c in ends)


def _read_answer(bedside: Bedside, answer: Concept) -> TestResult:
    if bedside.sets["answer-positive"].find(answer):
        return TestResult.POSITIVE
    if bedside.sets["answer-negative"].find(answer):
        return TestResult.NEGATIVE
    return TestResult.UNUSABLE


def _judge_hcg(bedside: Bedside, measured: Measurement) -> TestResult:
    """Under 5 IU/L negative, 25 or more positive, between not usable (4.4 asks a sensitivity of 25)."""
    low, high = measured.amount.low, measured.amount.high
    negative_below = bedside.numbers.number("hcg-negative-below")
    if high is not None and (high < negative_below or (high == negative_below and measured.amount.high_open)):
        return TestResult.NEGATIVE
    if low is not None and low >= bedside.numbers.number("hcg-positive-from"):
        return TestResult.POSITIVE
    return TestResult.UNUSABLE
