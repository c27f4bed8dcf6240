"""Coded things of the record, and the sets of codes that a clinician's word stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cds_hooks.record import Record

_NOISE = re.compile(r"[\W_]+", re.UNICODE)


class Coding(Record):
    """One code of one system; `system` is the canonical URI (reading maps aliases such as urn:oid to it)."""

    system: str
    code: str
    display: str = ""


class Match(Record):
    """How a concept was recognised: `by` is "code" or "text"; `shown` is what the record says."""

    by: str
    shown: str


#: The value sets that something is in, each with how it was recognised.
Memberships = Mapping[str, Match]


@dataclass(frozen=True)  # Without slots a member that is not given costs nothing to leave as it is.
class Concept:
    """A FHIR CodeableConcept: its codings and its text, as recorded (text is untrusted)."""

    codings: tuple[Coding, ...] = ()
    text: str = ""
    _names: tuple[tuple[str, str], ...] | None = field(default=None, init=False, repr=False, compare=False)
    _words: frozenset[str] | None = field(default=None, init=False, repr=False, compare=False)
    known_sets: tuple[object, Memberships] = field(default=(None, MappingProxyType({})), init=False, repr=False, compare=False)
    """The index that looked it up last, and the value sets that it found: the concept of a product outlives a call."""

    def names(self) -> tuple[tuple[str, str], ...]:
        """Its text and displays as (folded, as recorded); folded once, since many sets ask."""
        if self._names is None:
            texts = [self.text, *[coding.display for coding in self.codings]]
            object.__setattr__(self, "_names", tuple([(fold_name(text), text) for text in texts if text]))
        return self._names or ()

    def words(self) -> frozenset[str]:
        """Every word of its names, folded: most sets can be ruled out by them, however long a text is."""
        if self._words is None:
            object.__setattr__(self, "_words", frozenset().union(*[folded.split(" ") for folded, _ in self.names()]))
        return self._words or frozenset()

    def keep_sets(self, index: object, sets: Memberships) -> None:
        """Keep what this index found, for whoever asks it next."""
        object.__setattr__(self, "known_sets", (index, sets))

    def shown(self) -> str:
        """The words a person would recognise it by: text, else a display, else the first code."""
        if self.text:
            return self.text
        for coding in self.codings:
            if coding.display:
                return coding.display
        return self.codings[0].code if self.codings else ""


#: Where the record names nothing.
NO_CONCEPT = Concept()


def fold_name(text: str) -> str:
    """Lower case, punctuation and white space folded to single spaces: how names are compared."""
    folded = text.casefold()
    if folded.replace(" ", "").isalnum():
        # Letters, digits and spaces alone, as most names are: nothing to fold but runs of spaces.
        return " ".join(folded.split())
    return _NOISE.sub(" ", folded).strip()


@dataclass(frozen=True, slots=True)
class ConceptSet:
    """A value set, ready for matching.

    `exact` holds (system, code); `below` holds (system, prefix) for hierarchical systems (ATC, ICD-10), with their prefix
    lengths in `below_lengths`; `names` are folded names that count when only text is there; `words` says that a name counts
    as a whole word inside a longer text (medicines), rather than only as the whole text (conditions, allergies).
    `settling` holds the systems whose codings say what a thing is, so that its text is not asked; None: every system of
    `exact` and `below`.
    """

    id: str
    exact: frozenset[tuple[str, str]] = frozenset()
    below: frozenset[tuple[str, str]] = frozenset()
    below_lengths: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    words: bool = False
    excluded: frozenset[tuple[str, str]] = field(default=frozenset())
    settling: frozenset[str] | None = None
    _longest_name: int = field(default=0, init=False, repr=False, compare=False)
    first_words: frozenset[str] = field(default=frozenset(), init=False, repr=False, compare=False)
    """The first word of each name."""

    def __post_init__(self) -> None:
        """What every `find` needs, worked out once."""
        if self.settling is None:
            object.__setattr__(self, "settling", frozenset(system for system, _ in self.exact | self.below))
        object.__setattr__(self, "_longest_name", max((name.count(" ") + 1 for name in self.names), default=0))
        object.__setattr__(self, "first_words", frozenset(name.partition(" ")[0] for name in self.names))

    def find(self, concept: Concept) -> Match | None:
        """How `concept` belongs to this set; None where it does not. Text counts only where no coding settles the matter:
        none is of a settling system, and none is a code that the set leaves out on purpose."""
        settled = False
        for coding in concept.codings:
            if self.holds(coding.system, coding.code):
                return Match("code", concept.shown())
            settled = settled or self._settles(coding)
        return None if settled or not self.names else self._find_by_name(concept)

    def holds(self, system: str, code: str) -> bool:
        """Whether a code is in the set, itself or below one of its hierarchical codes."""
        whole = (system, code)
        if whole in self.excluded:
            return False
        if whole in self.exact:
            return True
        for length in self.below_lengths:  # noqa: SIM110 - `any` takes twice as long, and a medicine may have 100,000 codes.
            if (system, code[:length]) in self.below:
                return True
        return False

    def find_any(self, concepts: Iterable[Concept]) -> Match | None:
        """The first match among several concepts."""
        for concept in concepts:
            if match := self.find(concept):
                return match
        return None

    def find_whole(self, concept: Concept, lead_ins: frozenset[str] = frozenset()) -> Match | None:
        """As `find`, but a name counts only as the whole text ("no allergy to X" names X too), after a lead-in such as
        "allergy to"."""
        settled = False
        for coding in concept.codings:
            if self.holds(coding.system, coding.code):
                return Match("code", concept.shown())
            settled = settled or self._settles(coding)
        if settled:
            return None
        for folded, text in concept.names():
            if folded in self.names or any(folded.removeprefix(f"{lead} ") in self.names for lead in lead_ins):
                return Match("text", text)
        return None

    def _settles(self, coding: Coding) -> bool:
        """Whether this coding, not being in the set, says that the thing is something else."""
        return coding.system in (self.settling or ()) or (coding.system, coding.code) in self.excluded

    def _find_by_name(self, concept: Concept) -> Match | None:
        if self.first_words.isdisjoint(concept.words()):
            return None
        for folded, text in concept.names():
            if self._names_it(folded):
                return Match("text", text)
        return None

    def _names_it(self, folded: str) -> bool:
        if folded in self.names:
            return True
        if not self.words:
            return False
        words = folded.split(" ")
        starts = [i for i, word in enumerate(words) if word in self.first_words]
        runs = range(1, min(self._longest_name, len(words)) + 1)
        return any(" ".join(words[i : i + n]) in self.names for i in starts for n in runs)
