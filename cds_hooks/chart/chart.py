"""The whole of what one call knows of the patient, and which of its inputs can be trusted to be silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from cds_hooks.chart.inputs import PREFETCH_KEYS, WHOLE, InputState
from cds_hooks.chart.records import (
    Allergy,
    CodedObservation,
    Condition,
    Document,
    Measurement,
    MedicineEntry,
    Patient,
    Procedure,
    ReadingNote,
)


@dataclass(frozen=True, slots=True)
class Chart:
    """All that this call knows of the patient. Tuples are in a fixed order that does not depend on the order of entries.

    `measurements` and `observations` are newest first, by analyte and by topic. Medicines and procedures that are in no value
    set are not here, nor conditions that are in none and say nothing of a grade, a stage or a cause: no rule can ask for them.
    """

    patient: Patient
    drafts: tuple[MedicineEntry, ...]
    medicines: tuple[MedicineEntry, ...] = ()
    conditions: tuple[Condition, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    measurements: Mapping[str, tuple[Measurement, ...]] = field(default_factory=dict)
    find_measured_since: Callable[[str, date], tuple[Measurement, ...]] | None = None
    """Measurements of an analyte of this day or later, newest first, earlier ones perhaps among them; None: by `measurements`."""
    observations: Mapping[str, tuple[CodedObservation, ...]] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    inputs: Mapping[str, InputState] = field(default_factory=dict)
    notes: tuple[ReadingNote, ...] = ()
    read_at: datetime | None = None
    later_notes: Callable[[], tuple[ReadingNote, ...]] = tuple
    """Notes on measurements; an analyte's are known once `measurements` was asked for it."""
    planned_procedures: tuple[Procedure, ...] = ()
    """In preparation: not done, and never counted as done."""
    left_out: Callable[[Iterable[str]], frozenset[str]] = lambda _: frozenset()
    """References of the entries of these prefetch keys that were read no further, since they are in no value set."""
    is_whole: bool = field(default=False, init=False, repr=False, compare=False)
    _whole: frozenset[str] = field(default=frozenset(), init=False, repr=False, compare=False)
    """The keys that came whole, where not every key did."""

    def __post_init__(self) -> None:
        """The common case, asked hundreds of times a call: every key came whole."""
        is_whole = len(self.inputs) == len(PREFETCH_KEYS) and WHOLE.issuperset(self.inputs.values())
        object.__setattr__(self, "is_whole", is_whole)
        if not is_whole:
            object.__setattr__(self, "_whole", frozenset([key for key, state in self.inputs.items() if state in WHOLE]))

    def all_notes(self) -> tuple[ReadingNote, ...]:
        """`notes`, and those of the analytes that have been asked for so far."""
        return (*self.notes, *self.later_notes())

    def state(self, key: str) -> InputState:
        """State of a prefetch key; a key never heard of is missing."""
        return self.inputs.get(key, InputState.MISSING)

    def find_lacking(self, *keys: str) -> tuple[str, ...]:
        """Those of `keys` whose silence proves nothing."""
        if self.is_whole or self._whole.issuperset(keys):
            return ()
        return tuple([key for key in keys if key not in self._whole])
