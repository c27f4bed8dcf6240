"""Records of which the costly members are worked out only when a rule asks for them: most of a long record nobody asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

R = TypeVar("R", bound="ReadLater")


class Later(NamedTuple):
    """How to read the members that were left open: a reader for each, and what it reads from."""

    readers: Mapping[str, Callable[[Any], object]]
    source: Any


class ReadLater:
    """Base of frozen dataclasses `without_defaults`, with a field `later`. To whoever asks, an open record is like any other."""

    __slots__ = ()

    if not TYPE_CHECKING:  # A type checker would take any name for a member.

        def __getattr__(self, name: str) -> object:
            """Python comes here only for a member that is not filled in: it is read now, and kept."""
            members = vars(self)
            readers, source = members.get("later") or ({}, None)
            if name not in readers:
                raise AttributeError(name)
            value = members[name] = readers[name](source)
            return value


def without_defaults(kind: type[R]) -> type[R]:
    """The dataclass without the defaults that stand on the class itself: they would be found in place of what is not read yet."""
    for field in fields(kind):  # type: ignore[arg-type]  # a dataclass, which its base cannot tell
        if field.name in vars(kind):
            delattr(kind, field.name)
    return kind


def leave_open(kind: type[R], later: Later, members: dict[str, object]) -> R:
    """A record that holds these `members`; every other one has to have its reader in `later`."""
    record = object.__new__(kind)
    members["later"] = later
    object.__setattr__(record, "__dict__", members)
    return record
