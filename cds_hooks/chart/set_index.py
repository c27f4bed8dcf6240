"""Which value sets a code or a name may belong to, looked up once instead of asked of every set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from cds_hooks.chart.concept import Coding, Concept, ConceptSet, Match, Memberships, fold_name
from cds_hooks.chart.records import Product

Sets = tuple[ConceptSet, ...]

#: The sets of words for CTCAE grade 0 to 5, in that order, and of all words that tell a grade or a cause inside a longer text.
GRADES = tuple(f"toxicity-grade-{grade}" for grade in range(6))
TELLING = (*GRADES, "cause-lead-in", "cause-follows")

K = TypeVar("K")


class SetIndex:
    """All value sets, by their codes and names. Made once of the loaded knowledge; asked of every record of every call.

    By code the index decides as `ConceptSet.holds` does. By name it proposes and `ConceptSet.find` decides: what is not proposed
    is in no set for certain, whatever the set says of codes left out or of systems that settle the matter, for these only ever
    take a match away.
    """

    __slots__ = ("_below", "_by_code", "_by_first_word", "_by_name", "_inner_words", "_prefix_lengths", "openings")

    def __init__(self, sets: Mapping[str, ConceptSet]) -> None:
        every = tuple(sets.values())
        self._by_code = _index((code, s) for s in every for code in s.exact)
        self._below = _index((code, s) for s in every for code in s.below)
        self._by_name = _index((name, s) for s in every for name in s.names)
        self._by_first_word = _index((word, s) for s in every if s.words for word in s.first_words)
        self._prefix_lengths = _list_lengths(every)
        self._inner_words = frozenset(_list_inner_words(every))
        self.openings = frozenset(word for set_id in TELLING if set_id in sets for word in sets[set_id].first_words)
        """Words of which every text has one that tells a grade or a cause."""

    def __bool__(self) -> bool:
        """Whether there is any set at all."""
        return bool(self._by_code or self._below or self._by_name)

    def knows_code(self, system: str, code: str) -> bool:
        """Whether any set may hold the code; `system` is the canonical URI."""
        if (system, code) in self._by_code:
            return True
        for length in self._prefix_lengths.get(system, ()):  # noqa: SIM110 - `any` takes twice as long, and every record asks.
            if (system, code[:length]) in self._below:
                return True
        return False

    def knows_name(self, text: str) -> bool:
        """Whether any set may count this text as one of its names."""
        folded = fold_name(text)
        return folded in self._by_name or not self._by_first_word.keys().isdisjoint(folded.split(" "))

    def knows_problem(self, text: str) -> bool:
        """As `knows_name`, or whether this text may tell the grade or the cause of a toxicity, whatever that is."""
        folded = fold_name(text)
        return folded in self._by_name or not self._inner_words.isdisjoint(folded.split(" "))

    def find_sets(self, concept: Concept) -> Memberships:
        """The sets to which a concept belongs, each with its match, as `ConceptSet.find` tells it."""
        index, found = concept.known_sets
        if index is not self:
            found = self._find(concept)
            concept.keep_sets(self, found)
        return found

    def find_product_sets(self, product: Product) -> Memberships:
        """The sets to which the product or any of its ingredients belongs, each with its first match, as `ConceptSet.find_any`
        tells it."""
        if not product.ingredients:
            return self.find_sets(product.concept)
        found: dict[str, Match] = {}
        for concept in reversed(product.concepts()):
            found.update(self.find_sets(concept))
        return found

    def _find(self, concept: Concept) -> Memberships:
        held = self._find_holding(concept.codings)
        found = dict.fromkeys(held, Match("code", concept.shown())) if held else {}
        for one in self._propose_by_name(concept):
            if one.id not in found and (match := one.find(concept)):
                found[one.id] = match
        return found

    def _find_holding(self, codings: Iterable[Coding]) -> list[str]:
        """The ids of the sets that hold any of the codes."""
        held: list[str] = []
        for coding in codings:
            system, code = whole = coding.system, coding.code
            if sets := self._by_code.get(whole):
                held += [one.id for one in sets if whole not in one.excluded]
            for length in self._prefix_lengths.get(system, ()):
                if sets := self._below.get((system, code[:length])):
                    held += [one.id for one in sets if whole not in one.excluded]
        return held

    def _propose_by_name(self, concept: Concept) -> list[ConceptSet]:
        """Most look-ups find nothing: those cost no more than the look-up."""
        proposed: list[ConceptSet] = []
        for folded, _ in concept.names():
            proposed += self._by_name.get(folded, ())
        for word in self._by_first_word.keys() & concept.words():
            proposed += self._by_first_word[word]
        return proposed


def _index(pairs: Iterable[tuple[K, ConceptSet]]) -> dict[K, Sets]:
    found: defaultdict[K, list[ConceptSet]] = defaultdict(list)
    for name, one in pairs:
        found[name].append(one)
    return {name: tuple(held) for name, held in found.items()}


def _list_inner_words(sets: Iterable[ConceptSet]) -> Iterator[str]:
    """Of each name that counts inside a longer text its longest word: a text without any holds none of the names."""
    for one in sets:
        if one.words or one.id in TELLING:
            yield from (max(name.split(" "), key=len) for name in one.names)


def _list_lengths(sets: Iterable[ConceptSet]) -> dict[str, tuple[int, ...]]:
    """Of each hierarchical system, how long the listed prefixes are."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for one in sets:
        for system, prefix in one.below:
            lengths[system].add(len(prefix))
    return {system: tuple(sorted(held)) for system, held in lengths.items()}
