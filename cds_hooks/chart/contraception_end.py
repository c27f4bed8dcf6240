"""How long the contraception on record lasts: the last day of the last method, or of a commitment to abstinence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.contraception import ABSTINENCE_KEYS, CONTRACEPTION_KEYS, find_abstinence
from cds_hooks.chart.due import DueDay
from cds_hooks.chart.lasting_methods import MethodInUse

_ABSTINENCE_DAYS = "abstinence-days"


def find_contraception_end(bedside: Bedside, methods: Sequence[MethodInUse]) -> DueDay | None:
    """Until when one of the methods, or the commitment, holds; None where none is on record, or one has no end."""
    if any(method.until is None for method in methods):
        return None
    ends = [(method.until, method.evidence) for method in methods if method.until is not None]
    abstinence = find_abstinence(bedside)
    if abstinence.truth:
        days = timedelta(days=bedside.numbers.days(_ABSTINENCE_DAYS))
        ends += [(day + days, shown) for shown in abstinence.evidence for day in _find_days(bedside, shown.reference)]
    if not ends:
        return None
    return DueDay(max(day for day, _ in ends), None, tuple(shown for _, shown in ends), find_contraception_lacking(bedside))


def find_contraception_lacking(bedside: Bedside) -> tuple[str, ...]:
    """Inputs in which a method or commitment may be on record that is not known of."""
    return tuple(dict.fromkeys(bedside.chart.find_lacking(*CONTRACEPTION_KEYS, *ABSTINENCE_KEYS)))


def _find_days(bedside: Bedside, reference: str) -> Iterator[date]:
    """When the observation or questionnaire of a commitment was made."""
    yield from (observed.when.first for observed in bedside.observed("contraception-status") if observed.reference == reference)
    yield from (document.when.first for document in bedside.chart.documents if document.reference == reference and document.when)
