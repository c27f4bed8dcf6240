"""What is remembered is worked out once for each thing, and only when it is asked for."""

from __future__ import annotations

import pytest

from cds_hooks.chart.remembered import remembered


class Room:
    """Counts how often it is asked."""

    asked = 0

    @remembered
    def size(self) -> int:
        """How large it is."""
        self.asked += 1
        return self.asked * 10

    @remembered
    def door(self) -> str:
        """There is none."""
        raise LookupError


def test_each_thing_works_it_out_once_when_asked() -> None:
    first, second = Room(), Room()
    assert (first.asked, second.asked) == (0, 0)
    assert [first.size, first.size, second.size] == [10, 10, 10]
    assert (first.asked, second.asked) == (1, 1)


def test_a_failure_is_not_remembered() -> None:
    room = Room()
    for _ in range(2):
        with pytest.raises(LookupError):
            _ = room.door


def test_on_the_class_it_says_what_it_is() -> None:
    assert Room.size.__doc__ == "How large it is."
