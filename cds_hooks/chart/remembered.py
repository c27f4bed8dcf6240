"""What is worked out of a thing when first asked for, and then stands on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")

_set = object.__setattr__


class remembered(Generic[T]):  # noqa: N801 - a decorator, named as the one that it stands for.
    """As `functools.cached_property`, without the lock that Python 3.11 takes: what lives for one call is asked by one thread."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self.compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type | None = None) -> T: ...

    def __get__(self, instance: object, owner: type | None = None) -> Self | T:
        """Asked once: from then on the answer itself is found on the instance."""
        if instance is None:
            return self
        found = self.compute(instance)
        # Not by its __dict__: once that is asked for, Python looks up every member of the instance the slow way.
        _set(instance, self._name, found)
        return found
