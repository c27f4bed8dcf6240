"""What one reading of a record needs to know, and the notebook in which it writes what it could not use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from cds_hooks.chart.records import ReadingNote
from cds_hooks.chart.when import Now
from cds_hooks.knowledge.vocabulary import Vocabulary
from cds_hooks.record import Record


class ReadingContext(Record):
    """Whose record is read, with which vocabulary, as of when, and in which zone days are counted.

    `fetch_reference` gets a resource by its reference ("Medication/1"), or None; it keeps its own deadline.
    """

    patient_id: str
    vocabulary: Vocabulary
    now: Now
    zone: tzinfo
    fetch_reference: Callable[[str], dict[str, Any] | None] | None = None

    @property
    def systems(self) -> Mapping[str, str]:
        """Alias of a code system to its canonical URI."""
        return self.vocabulary.systems


class NotUsed(Exception):
    """Raised while a resource is read: it is left out, and noted for `reason` (a reason of ReadingNote)."""

    def __init__(self, reason: str, fact: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.fact = fact


@dataclass(slots=True)
class Notebook:
    """Collects notes, each once. Its list does not depend on the order in which they came.

    `holed` names the inputs in which something that may matter could not be recognised: silence in them proves nothing.
    """

    holed: set[str] = field(default_factory=set)
    _notes: set[ReadingNote] = field(default_factory=set)

    def add(self, note: ReadingNote) -> None:
        """Write a note down."""
        self._notes.add(note)

    def list_notes(self) -> tuple[ReadingNote, ...]:
        """All notes, by input, reference, reason, fact and date."""
        return tuple(sorted(self._notes, key=lambda note: (note.input, note.reference, note.reason, note.fact, note.date)))
