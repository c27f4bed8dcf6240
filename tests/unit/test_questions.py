"""Trees of questions answer as Kleene's logic does, whether they stop early or not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from cds_hooks.chart.finding import NO, YES, Evidence, Finding, find_unknown, join_all, join_any, merge, negate
from cds_hooks.rules.questions import NOT_REMEMBERED, AllOf, AnyOf, Asked, NotSo

ANSWERS = (
    NO,
    YES,
    Finding(False),
    Finding(False, (Evidence("no"),), ("lost",), {"a": 1}, ("remark",), ("number",)),
    Finding(True, (Evidence("yes"), Evidence("no")), (), {"a": 2}, (), ("number",)),
    find_unknown("observations", "lost"),
)


@dataclass
class Told:
    """A question of which the answer is known."""

    answer: Finding
    signs: None = None
    number: int = NOT_REMEMBERED

    def find(self, situation: Any) -> Finding:
        return self.answer

    ask = find


@pytest.mark.parametrize("count", [1, 2, 3])
def test_all_and_any_join_what_their_parts_answer(count: int) -> None:
    nowhere: Any = SimpleNamespace(answers={})
    for answers in product(ANSWERS, repeat=count):
        parts = tuple(map(Told, answers))
        assert AllOf(parts).find(nowhere) == join_all(answers)
        assert AnyOf(parts).find(nowhere) == join_any(answers)


def test_a_part_that_has_answered_is_not_asked_again() -> None:
    for answers in product(ANSWERS, repeat=2):
        remembered: Any = SimpleNamespace(answers=dict(enumerate(answers)))
        parts = tuple(Told(find_unknown("asked again"), number=number) for number in range(2))
        assert AllOf(parts).find(remembered) == join_all(answers)
        assert AnyOf(parts).find(remembered) == join_any(answers)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_denial_is_told_once(answer: Finding) -> None:
    situation: Any = SimpleNamespace(answers={})
    denial, told_otherwise = NotSo(Told(answer), 7), NotSo(Told(YES), 7)
    assert denial.find(situation) == negate(answer)
    assert told_otherwise.find(situation) == negate(answer)


@pytest.mark.parametrize("answer", ANSWERS)
def test_what_is_asked_by_several_is_asked_once(answer: Finding) -> None:
    """Alone, denied, or as a part: whoever comes first, the predicate answers once."""
    for first in product(range(4), repeat=2):
        times: list[int] = []
        predicate: Any = SimpleNamespace(find=lambda _, times=times: times.append(1) or answer)
        asked = Asked(predicate, 3, None)
        ways = (asked, NotSo(asked, 7), AllOf((asked,)), AnyOf((asked,)))
        situation: Any = SimpleNamespace(answers={})
        told = [ways[way].find(situation) for way in first]
        assert told == [negate(answer) if way == 1 else answer for way in first]
        assert len(times) == 1


def test_what_is_merged_stands_once_in_order() -> None:
    found = merge(ANSWERS[3:], None)
    assert found.evidence == (Evidence("no"), Evidence("yes"))
    assert found.missing == ("lost", "observations")
    assert (found.values, found.remarks, found.parameters) == ({"a": 2}, ("remark",), ("number",))
