"""Records of which the costly members are worked out only when a rule asks for them: most of a long record nobody asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

from cds_hooks.record import Record

T = TypeVar("T")


class Later(Record):
    """How to read the members that were left open: a reader for each, and what it reads from."""

    readers: Mapping[str, Callable[[Any], object]]
    source: Any


class _ReadWhenAsked:
    """Stands on the class for a member that may be left open: Python looks here only where the record itself does not hold it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, record: object, owner: type | None = None) -> object:
        if record is None:
            return self
        members = vars(record)
        later = members.get("later")
        if later is None or self._name not in later.readers:
            raise AttributeError(self._name)
        value = members[self._name] = later.readers[self._name](later.source)
        return value


def may_leave_open(*names: str) -> Callable[[type[T]], type[T]]:
    """For a frozen dataclass with a field `later`: members of these names may be lacking, and are then read when they are asked
    for. To whoever asks, an open record is like any other. No default stands on the class: it would be found in place of what is
    not read yet."""

    def prepare(kind: type[T]) -> type[T]:
        for field in fields(kind):  # type: ignore[arg-type]  # a dataclass, which its type does not say
            if field.name in vars(kind):
                delattr(kind, field.name)
        for name in names:
            setattr(kind, name, _ReadWhenAsked(name))
        return kind

    return prepare


def leave_open(kind: type[T], later: Later, members: dict[str, object]) -> T:
    """A record that holds these `members`; every other one has to have its reader in `later`."""
    record = object.__new__(kind)
    members["later"] = later
    object.__setattr__(record, "__dict__", members)
    return record
