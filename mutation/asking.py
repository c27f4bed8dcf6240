"""What a case asks for while it runs: site parameters, value sets, analytes, topics, regimens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cds_hooks.chart.bedside import Bedside, Matched, Members
from cds_hooks.chart.chart import Chart
from cds_hooks.chart.concept import ConceptSet
from cds_hooks.chart.regimen import Regimen
from cds_hooks.chart.remembered import remembered
from cds_hooks.knowledge.parameters import Parameters
from cds_hooks.rules.situation import Situation


@dataclass(slots=True)
class Asked:
    """Names that were asked for: of site parameters; of value sets, analytes and topics (`words`); of regimens."""

    numbers: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    regimens: set[str] = field(default_factory=set)

    def clear(self) -> None:
        """Begin anew."""
        for names in (self.numbers, self.words, self.regimens):
            names.clear()


@contextmanager
def noting() -> Iterator[Asked]:
    """Collects what is asked for while this lasts."""
    asked = Asked()
    kept = [(kind, name, vars(kind)[name]) for kind, name in _PLACES]
    for kind, name, method in kept:
        setattr(kind, name, _WRAPS[kind](method, asked))
    try:
        yield asked
    finally:
        for kind, name, method in kept:
            setattr(kind, name, method)


def _note_number(ask: Callable[[Parameters, str], Any], asked: Asked) -> Callable[[Parameters, str], Any]:
    def noting_number(parameters: Parameters, name: str) -> Any:
        asked.numbers.add(name)
        return ask(parameters, name)

    return noting_number


def _note_sets(begin: Callable[..., None], asked: Asked) -> Callable[..., None]:
    def noting_begin(bedside: Bedside, chart: Chart, *, sets: Mapping[str, ConceptSet], **others: Any) -> None:
        begin(bedside, chart, sets=_NotingDict(sets, asked.words), **others)
        bedside.asked = _NotingSet(asked.words)

    return noting_begin


def _note_members(pick: Callable[..., Iterable[Matched[Any]]], asked: Asked) -> Callable[..., Iterable[Matched[Any]]]:
    def noting_pick(members: Members[Any], set_id: str) -> Iterable[Matched[Any]]:
        asked.words.add(set_id)
        return pick(members, set_id)

    return noting_pick


def _note_regimens(table: remembered[Mapping[str, Regimen]], asked: Asked) -> property:
    def noting_table(situation: Situation) -> Mapping[str, Regimen]:
        return _NotingDict(table.compute(situation), asked.regimens)

    return property(noting_table)


_PLACES: tuple[tuple[type, str], ...] = (
    (Parameters, "number"),
    (Parameters, "days"),
    (Bedside, "__init__"),
    (Members, "pick"),
    (Situation, "regimen_table"),
)
_WRAPS: dict[type, Callable[[Any, Asked], Any]] = {
    Parameters: _note_number,
    Bedside: _note_sets,
    Members: _note_members,
    Situation: _note_regimens,
}


class _NotingDict(dict[str, Any]):
    """A mapping that remembers which of its entries were looked at."""

    def __init__(self, entries: Mapping[str, Any], asked: set[str]) -> None:
        super().__init__(entries)
        self._asked = asked

    def __getitem__(self, key: str) -> Any:
        self._asked.add(key)
        return super().__getitem__(key)

    def values(self) -> Any:
        """Whoever takes all looks at all."""
        self._asked.update(self)
        return super().values()


class _NotingSet(set[str]):
    """What one call asks for, remembered beyond it."""

    def __init__(self, asked: set[str]) -> None:
        super().__init__()
        self._asked = asked

    def add(self, key: str) -> None:
        self._asked.add(key)
        super().add(key)
