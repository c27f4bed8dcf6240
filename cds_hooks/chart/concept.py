"""Coded things of the record, and the sets of codes that a clinician's word stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

_NOISE = re.compile(r"[\W_]+", re.UNICODE)


class Coding(NamedTuple):
    """One code of one system; `system` is the canonical URI (reading maps aliases such as urn:oid to it)."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """A FHIR CodeableConcept: its codings and its text, as recorded (text is untrusted)."""

    codings: tuple[Coding, ...] = ()
    text: str = ""

    def shown(self) -> str:
        """The words a person would recognise it by: text, else a display, else the first code."""
        if self.text:
            return self.text
        for coding in self.codings:
            if coding.display:
                return coding.display
        return self.codings[0].code if self.codings else ""


class Match(NamedTuple):
    """How a concept was recognised: `by` is "code" or "text"; `shown` is what the record says."""

    by: str
    shown: str


def fold_name(text: str) -> str:
    """Lower case, punctuation and white space folded to single spaces: how names are compared."""
    return _NOISE.sub(" ", text.casefold()).strip()


@dataclass(frozen=True, slots=True)
class ConceptSet:
    """A value set, ready for matching.

    `exact` holds (system, code); `below` holds (system, prefix) for hierarchical systems (ATC, ICD-10), with their prefix
    lengths in `below_lengths`; `names` are folded names that count when only text is there; `words` says that a name counts
    as a whole word inside a longer text (medicines), rather than only as the whole text (conditions, allergies).
    """

    id: str
    exact: frozenset[tuple[str, str]] = frozenset()
    below: frozenset[tuple[str, str]] = frozenset()
    below_lengths: tuple[int, ...] = ()
    names: frozenset[str] = frozenset()
    words: bool = False
    excluded: frozenset[tuple[str, str]] = field(default=frozenset())

    def find(self, concept: Concept) -> Match | None:
        """How `concept` belongs to this set; None where it does not. Text counts only where no coding is there
        or none of the codings is of a system this set knows."""
        for coding in concept.codings:
            if self.holds(coding.system, coding.code):
                return Match("code", concept.shown())
        if not self.names or self._is_known_otherwise(concept):
            return None
        return self._find_by_name(concept)

    def holds(self, system: str, code: str) -> bool:
        """Whether a code is in the set, itself or below one of its hierarchical codes."""
        if (system, code) in self.excluded:
            return False
        if (system, code) in self.exact:
            return True
        return any((system, code[:n]) in self.below for n in self.below_lengths)

    def find_any(self, concepts: Iterable[Concept]) -> Match | None:
        """The first match among several concepts."""
        for concept in concepts:
            if match := self.find(concept):
                return match
        return None

    def _is_known_otherwise(self, concept: Concept) -> bool:
        """A coding of a system that this set holds codes of says what the thing is: its text is then not asked."""
        systems = {system for system, _ in self.exact | self.below}
        return any(coding.system in systems for coding in concept.codings)

    def _find_by_name(self, concept: Concept) -> Match | None:
        for text in (concept.text, *(coding.display for coding in concept.codings)):
            if text and self._names_it(fold_name(text)):
                return Match("text", text)
        return None

    def _names_it(self, folded: str) -> bool:
        if folded in self.names:
            return True
        if not self.words:
            return False
        padded = f" {folded} "
        return any(f" {name} " in padded for name in self.names)
