"""Which value sets a code or a name may belong to, looked up once instead of asked of every set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from cds_hooks.chart.concept import Concept, ConceptSet, Memberships, fold_name

Sets = tuple[ConceptSet, ...]

#: Letters of a word that says anything on its own; every name that is looked for inside a text has such a word, or is all of it.
SHORTEST_TELLING_WORD = 3

K = TypeVar("K")


class SetIndex:
    """All value sets, by their codes and names. Made once of the loaded knowledge; asked of every record of every call.

    The index proposes, `ConceptSet.find` decides: what is not proposed is in no set for certain, whatever the set says of
    codes left out or of systems that settle the matter, for these only ever take a match away.
    """

    __slots__ = ("_below", "_by_code", "_by_first_word", "_by_name", "_prefix_lengths", "_words")

    def __init__(self, sets: Mapping[str, ConceptSet]) -> None:
        every = tuple(sets.values())
        self._by_code = _index((code, s) for s in every for code in s.exact)
        self._below = _index((code, s) for s in every for code in s.below)
        self._by_name = _index((name, s) for s in every for name in s.names)
        self._by_first_word = _index((word, s) for s in every if s.words for word in s.first_words)
        self._prefix_lengths = _list_lengths(every)
        self._words = frozenset(w for s in every for name in s.names for w in name.split() if len(w) >= SHORTEST_TELLING_WORD)

    def __bool__(self) -> bool:
        """Whether there is any set at all."""
        return bool(self._by_code or self._below or self._by_name)

    def knows_code(self, system: str, code: str) -> bool:
        """Whether any set may hold the code; `system` is the canonical URI."""
        if (system, code) in self._by_code:
            return True
        lengths = self._prefix_lengths.get(system)
        return lengths is not None and any((system, code[:n]) in self._below for n in lengths)

    def knows_name(self, text: str) -> bool:
        """Whether any set may count this text as one of its names."""
        folded = fold_name(text)
        return folded in self._by_name or not self._by_first_word.keys().isdisjoint(folded.split(" "))

    def shares_word(self, text: str) -> bool:
        """As `knows_name`, or whether any name of any set shares a telling word with this text: some names count inside a longer
        text, such as the grade and the cause of a toxicity."""
        folded = fold_name(text)
        return folded in self._by_name or not self._words.isdisjoint(folded.split(" "))

    def find_sets(self, concepts: tuple[Concept, ...]) -> Memberships:
        """The sets to which any of the concepts belongs, each with its first match, as `ConceptSet.find_any` tells it."""
        return concepts[0].find_sets(self, self._find_one) if len(concepts) == 1 else self._find(concepts)

    def _find_one(self, concept: Concept) -> Memberships:
        return self._find((concept,))

    def _find(self, concepts: tuple[Concept, ...]) -> Memberships:
        proposed = self._propose(concepts)
        if not proposed:
            return ()
        return tuple((one.id, match) for one in proposed.values() if (match := one.find_any(concepts)))

    def _propose(self, concepts: Iterable[Concept]) -> dict[str, ConceptSet]:
        """Most look-ups find nothing: those cost no more than the look-up."""
        found: dict[str, ConceptSet] = {}
        for concept in concepts:
            for system, code, _ in concept.codings:
                if proposed := self._by_code.get((system, code)):
                    _add(found, proposed)
                for n in self._prefix_lengths.get(system, ()):
                    if proposed := self._below.get((system, code[:n])):
                        _add(found, proposed)
            for folded, _ in concept.names():
                if proposed := self._by_name.get(folded):
                    _add(found, proposed)
            for word in concept.words():
                if proposed := self._by_first_word.get(word):
                    _add(found, proposed)
        return found


def _add(found: dict[str, ConceptSet], proposed: Sets) -> None:
    for one in proposed:
        found[one.id] = one


def _index(pairs: Iterable[tuple[K, ConceptSet]]) -> dict[K, Sets]:
    found: defaultdict[K, list[ConceptSet]] = defaultdict(list)
    for name, one in pairs:
        found[name].append(one)
    return {name: tuple(held) for name, held in found.items()}


def _list_lengths(sets: Iterable[ConceptSet]) -> dict[str, tuple[int, ...]]:
    """Of each hierarchical system, how long the listed prefixes are."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for one in sets:
        for system, prefix in one.below:
            lengths[system].add(len(prefix))
    return {system: tuple(sorted(held)) for system, held in lengths.items()}
