"""The one sentence that has to be enough alone: under 140 characters, its safety message never cut."""

from __future__ import annotations

import re

from cds_hooks.hooks.response import LONGEST_SUMMARY

#: Room for "(+n)" with more others than there are rules.
_LONGEST_SUFFIX = len(" (+99999)")
_BRACKETS = re.compile(r"\s*\([^()]*\)")


def fit_summary(candidates: tuple[str, ...], others: int = 0) -> str:
    """The first candidate that fits, with "(+n)" behind it where `others` is not 0. `candidates` say the same, the fuller
    first. None fits: parts in brackets go, the last first; then words at the end, marked with an ellipsis."""
    suffix = f" (+{others})" if others else ""
    room = LONGEST_SUMMARY - len(suffix)
    for candidate in candidates:
        if measure(candidate) <= room:
            return candidate + suffix
    shortest = _drop_brackets(candidates[-1], room)
    return _cut_at_word(shortest, room) + suffix


def fits_surely(text: str) -> bool:
    """Whether it fits, whatever the number of others behind it: then nothing shorter is ever needed."""
    return measure(text) <= LONGEST_SUMMARY - _LONGEST_SUFFIX


def measure(text: str) -> int:
    """Length as the strictest client counts it: UTF-16 units, as JavaScript does."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "replace")) // 2


def _drop_brackets(text: str, room: int) -> str:
    while measure(text) > room and (found := list(_BRACKETS.finditer(text))):
        text = text[: found[-1].start()] + text[found[-1].end() :]
    return text


def _cut_at_word(text: str, room: int) -> str:
    if measure(text) <= room:
        return text
    while measure(text) > room - 1:
        shorter = text.rpartition(" ")[0]
        text = shorter if len(shorter) > room // 2 else text[:-1]
    return text.rstrip(" ,;:(") + "…"
