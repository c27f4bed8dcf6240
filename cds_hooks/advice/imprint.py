"""What cards say whoever the patient is: composed when first asked for, kept with the knowledge that it was made of."""

from __future__ import annotations

from typing import Any, NamedTuple

from cds_hooks.hooks.response import Coding, Link, Source

#: Cards of one service differ in their rules, language and profile; a site that had more combinations composes anew.
_MOST_KEPT = 4096


class Imprint(NamedTuple):
    """What the rules of a card and the settings make of it alone. `told` is the source as the detail tells it."""

    source: Source
    told: str
    override_reasons: tuple[Coding, ...]
    links: tuple[Link, ...]


class Standing(NamedTuple):
    """What was composed so far, of one loaded knowledge. Nothing of a patient or of a call is in it."""

    imprints: dict[tuple[Any, ...], Imprint]
    """By language, settings, profile and the rules of a card."""
    limits: dict[tuple[str, str], str]
    """What is said of a site's own numbers, by language and name."""


def begin_standing() -> Standing:
    """For knowledge that was just loaded."""
    return Standing({}, {})


def keep_imprint(standing: Standing, key: tuple[Any, ...], imprint: Imprint) -> None:
    """Put it where it is found."""
    if len(standing.imprints) >= _MOST_KEPT:
        standing.imprints.clear()
    standing.imprints[key] = imprint
