"""Nothing null or empty leaves (S05, S06): found fast where all is well, and by its path where it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

#: What a client sent comes back in here, with members of its own naming: no path leads further.
_OUTSIDE = "resource"

#: How JSON writes what is null or empty. It may be in the words of a text too: where one of them is found, the members tell.
_EMPTY = (b"null", b'""', b"[]", b"{}")


def find_empty(value: Any, path: str = "") -> list[str]:
    """Each null or empty member, as `path: null or empty`; below `resource` only that there is one.

    A null that holds a place in a FHIR list of primitives, beside its `_` twin, is none.
    """
    try:
        written = orjson.dumps(value)
    except TypeError:
        return [f"{path or 'response'}: cannot be written as JSON"]
    if max(map(written.rfind, _EMPTY)) < 0:  # from the end CPython looks thrice as fast
        return []
    return list(dict.fromkeys(_walk(value, path)))


def _walk(value: Any, path: str, *, key: str = "", holder: Mapping[str, Any] | None = None) -> Iterator[str]:
    if value is None or value in ("", [], {}):
        yield f"{path or 'response'}: null or empty"
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _walk(inner, _extend(path, name), key=name, holder=value)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            if inner is not None or not _holds_a_place(key, holder or {}):
                yield from _walk(inner, _extend(path, str(place)))


def _extend(path: str, step: str) -> str:
    if path.rpartition(".")[2] == _OUTSIDE:
        return path
    return f"{path}.{step}" if path else step


def _holds_a_place(key: str, holder: Mapping[str, Any]) -> bool:
    return key.removeprefix("_") in holder and f"_{key.removeprefix('_')}" in holder
