"""Records of which the costly members are worked out only when a rule asks for them: most of a long record nobody asks for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

R = TypeVar("R", bound="ReadLater")


class Later(NamedTuple):
    """How to read the members that were left open: a reader for each, and what it reads from."""

    readers: Mapping[str, Callable[[Any], object]]
    source: Any


class ReadLater:
    """Base of frozen slotted dataclasses with a field `later`. To whoever asks, an open record is like any other."""

    __slots__ = ()

    if not TYPE_CHECKING:  # A type checker would take any name for a member.

        def __getattr__(self, name: str) -> object:
            """Python comes here only for a member that is not filled in: it is read now, and kept."""
            readers, source = object.__getattribute__(self, "later") or ({}, None)
            if name not in readers:
                raise AttributeError(name)
            value = readers[name](source)
            object.__setattr__(self, name, value)
            return value


def leave_open(kind: type[R], later: Later, members: Mapping[str, object]) -> R:
    """A record with these members; every other one has to have its reader in `later`."""
    record = object.__new__(kind)
    fill = object.__setattr__
    fill(record, "later", later)
    deque(map(fill, repeat(record), members, members.values()), maxlen=0)
    return record
