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
    if "{" not in template:
        return template
    pieces = list(parse(template))
    for place in range(1, len(pieces), 2):
        pieces[place] = get(pieces[place])
    return "".join(pieces)
