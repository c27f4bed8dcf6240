"""Listed words inside a longer text of the record: a grade ("diarrhoea grade 3"), a cause ("rash due to lenalidomide")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from cds_hooks.chart.concept import Coding, Concept, ConceptSet, fold_name
from cds_hooks.chart.set_index import GRADES

#: Letters of a word that says anything on its own; every phrase has such a word.
_SHORTEST_TELLING_WORD = 3


class Phrases:
    """Phrases of one or more words, found as whole words in a folded text; `telling` rules most texts out at a glance."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.phrases = frozenset(phrases)
        self.longest = max((phrase.count(" ") + 1 for phrase in self.phrases), default=0)
        self.telling = frozenset(w for p in self.phrases for w in p.split() if len(w) >= _SHORTEST_TELLING_WORD)

    def find(self, words: list[str]) -> Iterator[tuple[int, int]]:
        """Where phrases stand: first word and the word after the last, the longest at each place, none over another."""
        if self.telling.isdisjoint(words):
            return
        start = 0
        while start < len(words):
            end = self._find_end(words, start)
            if end:
                yield start, end
            start = end or start + 1

    def _find_end(self, words: list[str], start: int) -> int:
        for end in range(min(start + self.longest, len(words)), start, -1):
            if " ".join(words[start:end]) in self.phrases:
                return end
        return 0


def names_as_cause(concept: Concept, medicine: str, sets: Mapping[str, ConceptSet]) -> bool:
    """Whether the text makes the medicine the cause ("due to", "-induced") and does not deny it ("not due to")."""
    causes = _find_causes(sets, medicine)
    denied = sets["cause-denied"].names
    for folded, _ in concept.names():
        words = folded.split()
        if any(start == 0 or words[start - 1] not in denied for start, _ in causes.find(words)):
            return True
    return False


def strip_grade_and_cause(concept: Concept, medicine: str, sets: Mapping[str, ConceptSet]) -> Concept | None:
    """What is left when the words of grade and cause are taken out ("rash grade 3 due to lenalidomide" is "rash").

    None where there are no such words.
    """
    lists = (_compile_all(tuple(sets[id].names for id in GRADES)), _find_causes(sets, medicine))
    if not any(True for folded, _ in concept.names() for phrases in lists for _ in phrases.find(folded.split())):
        return None
    codings = tuple(Coding(c.system, c.code, _strip(c.display, lists)) for c in concept.codings)
    return Concept(codings, _strip(concept.text, lists))


def _strip(text: str, lists: Iterable[Phrases]) -> str:
    words = fold_name(text).split()
    for phrases in lists:
        for start, end in reversed(list(phrases.find(words))):
            del words[start:end]
    return " ".join(words)


def _find_causes(sets: Mapping[str, ConceptSet], medicine: str) -> Phrases:
    return _compile_causes(sets[medicine].names, sets["cause-lead-in"].names, sets["cause-follows"].names)


# The names of a set do not change while the service runs: each list is put together once.
@lru_cache(maxsize=16)
def _compile_causes(medicines: frozenset[str], before: frozenset[str], after: frozenset[str]) -> Phrases:
    leads = {f"{lead} {name}" for lead in before for name in medicines}
    return Phrases(leads | {f"{name} {follow}" for name in medicines for follow in after})


@lru_cache(maxsize=16)
def _compile_all(lists: tuple[frozenset[str], ...]) -> Phrases:
    return Phrases(name for names in lists for name in names)
