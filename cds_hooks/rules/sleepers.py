"""Which rules and predicates sleep: nothing on record is a sign of them, so that their answer is `NO` without asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cds_hooks.rules.questions import Signs


@dataclass(frozen=True, slots=True)
class Sleepers:
    """Those that can sleep, by number, and the numbers that each sign wakes; any other is never asleep."""

    numbers: frozenset[int]
    woken: Mapping[str, frozenset[int]]

    def find_asleep(self, held: Signs) -> frozenset[int]:
        """The numbers that nothing wakes of what the record holds (`Bedside.signs`)."""
        if held is None:
            return frozenset()
        return self.numbers.difference(*[self.woken[sign] for sign in self.woken.keys() & held])


def list_sleepers(signs: Mapping[int, Signs]) -> Sleepers:
    """By the signs of each number; one without a list of signs never sleeps."""
    listed = {number: held for number, held in signs.items() if held is not None}
    every = frozenset(sign for held in listed.values() for sign in held)
    return Sleepers(frozenset(listed), {sign: frozenset(n for n, held in listed.items() if sign in held) for sign in every})
