"""What became of each prefetch key: the five states that tell "nothing found" from "not checked"."""

from __future__ import annotations

from enum import StrEnum


class InputState(StrEnum):
    """State of one prefetch key (design, "Three-valued rules")."""

    MISSING = "missing"
    """Neither sent nor fetched."""
    FAILED = "failed"
    """An OperationOutcome of severity error or fatal, a body that is not FHIR, a server that did not answer."""
    EMPTY = "empty"
    """Asked, and there is nothing: null, an empty Bundle, a Bundle with only a warning outcome."""
    COMPLETE = "complete"
    """Everything is here."""
    PARTIAL = "partial"
    """A `next` link that could not be followed: what is here counts, what is not here proves nothing."""

    @property
    def is_whole(self) -> bool:
        """Whether silence in it means absence."""
        return self in WHOLE


#: The states in which silence means absence.
WHOLE = frozenset({InputState.EMPTY, InputState.COMPLETE})

#: The prefetch keys of the contract, in its order.
PREFETCH_KEYS = (
    "patient",
    "conditions",
    "allergies",
    "medications",
    "statements",
    "dispenses",
    "administrations",
    "procedures",
    "observations",
    "questionnaires",
    "consents",
)
