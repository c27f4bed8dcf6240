"""The Dutch and English words that a cycle or a pause is written with, and the cutting of a text into them."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST_TEXT = 2000
_LONGEST_STRETCH = 12
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?(?![.,]?\d)|[^\W\d_]+|[-/,;.()&+:]")
_DASHES = str.maketrans("–—‑−", "----")

DAY_WORDS = frozenset({"d", "dag", "dagen", "day", "days"})
PER_WORDS = frozenset({"per", "elke", "iedere", "every", "each", "a", "p"})
AND_WORDS = frozenset({",", "en", "and", "&", "+"})
TO_WORDS = (("-",), ("to",), ("through",), ("thru",), ("until",), ("t", "/", "m"), ("tm",), ("tot", "en", "met"), ("tot",))
TO_ENDS = frozenset(to[-1] for to in TO_WORDS)
#: What a number counts where it does not number a day.
COUNTED_WORDS = frozenset(
    {
        *("x", "dd", "keer", "maal", "times", "time", "mg", "g", "ml", "mcg", "ug", "stuk", "stuks", "cap", "caps"),
        *("capsule", "capsules", "tab", "tabs", "tabl", "tablet", "tablets", "tabletten", "pil", "pillen", "pill", "pills"),
        *("uur", "hour", "hours", "h", "maand", "maanden", "month", "months"),
    }
)
#: One of these has to stand between the days on and their cycle.
CYCLE_LINKS = frozenset({"of", "van", "out", "uit", "q", "every", "elke", "iedere", "each", "per", "in", "/", "om"})
CYCLE_FILLERS = CYCLE_LINKS | {
    *(",", ";", ".", "(", ":", "a", "an", "the", "een", "de", "het", "repeat", "repeated", "repeating", "herhaal"),
    *("herhaald", "herhalen", "cycle", "cycles", "cyclus", "cycli", "kuur", "with", "met", "and", "en", "dagen", "days"),
}
#: May stand between "21 days" and "7 days rest".
ON_WORDS = frozenset(
    {
        *("on", "wel", "innemen", "inname", "gebruiken", "slikken", "nemen", "in", "take", "taking", "treatment"),
        *("behandeling", "daily", "dagelijks", "daags", "once", "daarna", "dan", "then", "vervolgens", "followed"),
        *("gevolgd", "by", "door", "and", "en", "for", "gedurende", "met", "with", ",", ";", ".", "-", "/", "+", ":"),
    }
)
OFF_WORDS = frozenset(
    {
        *("off", "rest", "rust", "pause", "pauze", "break", "stop", "niet", "geen", "vrij", "free", "stoppen"),
        *("rustdagen", "stopdagen", "pauzedagen", "rustperiode", "stopperiode", "rustweek", "stopweek", "pauzeweek"),
    }
)
#: Those that name a pause by themselves, whatever stands around them.
PAUSE_WORDS = OFF_WORDS - {"off", "stop", "niet", "geen", "vrij", "free", "stoppen"}
OFF_FILLERS = frozenset({"van", "for", "of", "gedurende", "period", ":", "("})
ARTICLES = frozenset({"a", "an", "een"})

_DAY_UNITS = DAY_WORDS | {"daagse", "dgn", *("rustdagen", "stopdagen", "pauzedagen")}
_WEEK_UNITS = frozenset({"w", "wk", "week", "weeks", "weken", "weekse", "wkn", "rustweek", "stopweek", "pauzeweek"})
_SAID_NUMBERS = {
    word: number
    for number, words in {1: "een één one", 2: "twee two", 3: "drie three", 4: "vier four", 7: "zeven seven"}.items()
    for word in words.split()
}

Words = Sequence[str]


def cut(text: str) -> list[str]:
    """The words, numbers and marks of a text, in lower case; a decimal number stays whole. At most 2,000 characters."""
    return _TOKEN.findall(text[:_LONGEST_TEXT].casefold().translate(_DASHES)) if text else []


def word_at(words: Words, i: int) -> str:
    """The word at a place; empty outside the text."""
    return words[i] if 0 <= i < len(words) else ""


def digits_at(words: Words, i: int) -> int | None:
    """The positive whole number written in at most three digits at a place."""
    word = word_at(words, i)
    return (int(word) or None) if word.isdecimal() and len(word) <= 3 else None


def number_at(words: Words, i: int) -> int | None:
    """The number at a place, in digits or in words."""
    return digits_at(words, i) or _SAID_NUMBERS.get(word_at(words, i))


def unit_at(words: Words, i: int) -> int | None:
    """Days in the unit at a place: 1, 7, or None if it is none."""
    word = word_at(words, i)
    return 1 if word in _DAY_UNITS else 7 if word in _WEEK_UNITS else None


def skip(words: Words, i: int, skipped: frozenset[str]) -> int:
    """The first place from `i` whose word is not among `skipped`; after twelve words it gives up."""
    end = min(i + _LONGEST_STRETCH, len(words))
    while i < end and words[i] in skipped:
        i += 1
    return i
