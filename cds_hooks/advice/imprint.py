"""What cards say whoever the patient is: composed when first asked for, kept with the knowledge that it was made of."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

from cds_hooks.hooks.response import Coding, Link, Source
from cds_hooks.knowledge.model import Level
from cds_hooks.record import Record

Key: TypeAlias = tuple[Any, ...]
Lines: TypeAlias = tuple[str, ...]
#: The level of a Speech and its texts, in their order there.
Words: TypeAlias = tuple[Level, Lines, str, Lines, Lines, Lines, Lines]

K = TypeVar("K", bound=tuple[Any, ...])
V = TypeVar("V")

#: Cards of one service differ in their rules, cases, language and profile; a site that had more combinations composes anew.
_MOST_KEPT = 4096


class Imprint(Record):
    """What the rules of a card and the settings make of it alone. `told` is the source as the detail tells it."""

    source: Source
    told: str
    override_reasons: tuple[Coding, ...]
    links: tuple[Link, ...]


class Standing(Record):
    """What was composed so far, of one loaded knowledge. Nothing of a patient or of a call is in it."""

    imprints: dict[Key, Imprint]
    """By language, settings, profile and the rules of a card."""
    limits: dict[tuple[str, str], str]
    """What is said of a site's own numbers, by language and name."""
    words: dict[Key, Words]
    """Of outcomes that rest on nothing of the record (`speech.find_key`)."""
    details: dict[Key, str]
    """Of cards whose every outcome is such a one."""


def begin_standing() -> Standing:
    """For knowledge that was just loaded."""
    return Standing({}, {}, {}, {})


def keep(kept: dict[K, V], key: K, value: V) -> None:
    """Put it where it is found."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value
