"""Texts with `{placeholders}`: parsed once, filled many times."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@lru_cache(maxsize=8192)
def parse(template: str) -> tuple[str, ...]:
    """The template in pieces: literal text at even places, names of placeholders at odd ones."""
    return tuple(_PLACEHOLDER.split(template))


def find_placeholders(template: str) -> frozenset[str]:
    """The names a template asks for."""
    return frozenset(parse(template)[1::2])


def find_stray_braces(template: str) -> bool:
    """Whether a brace stands outside a well-formed placeholder (a slip such as `{Dose}` or `{dose`)."""
    return any("{" in piece or "}" in piece for piece in parse(template)[::2])


def fill(template: str, get: Callable[[str], str]) -> str:
    """The text with `get(name)` for each placeholder; whatever `get` raises for a name it lacks is passed on."""
    pieces = parse(template)
    if len(pieces) == 1:
        return template
    return "".join(get(piece) if place % 2 else piece for place, piece in enumerate(pieces))
