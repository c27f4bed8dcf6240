"""Which rules and predicates sleep: nothing on record is a sign of them, so that their answer is `NO` without asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cds_hooks.rules.questions import Signs


@dataclass(frozen=True, slots=True)
class Sleepers:
    """Those that can sleep and those that never do, by number, and the numbers that each sign wakes."""

    numbers: frozenset[int]
    sleepless: frozenset[int]
    woken: Mapping[str, frozenset[int]]

    def find_asleep(self, held: Signs) -> frozenset[int]:
        """The numbers that nothing wakes of what the record holds (`Bedside.signs`)."""
        return frozenset() if held is None else self.numbers.difference(*self._list_woken(held))

    def find_awake(self, held: Signs) -> frozenset[int]:
        """All others."""
        return self.sleepless.union(self.numbers) if held is None else self.sleepless.union(*self._list_woken(held))

    def _list_woken(self, held: frozenset[str]) -> list[frozenset[int]]:
        return [self.woken[sign] for sign in self.woken.keys() & held]


def list_sleepers(signs: Mapping[int, Signs]) -> Sleepers:
    """By the signs of each number; one without a list of signs never sleeps."""
    listed = {number: held for number, held in signs.items() if held is not None}
    every = frozenset(sign for held in listed.values() for sign in held)
    woken = {sign: frozenset(n for n, held in listed.items() if sign in held) for sign in every}
    return Sleepers(frozenset(listed), frozenset(signs.keys() - listed.keys()), woken)
