"""Whether a text tells to do something ("open the capsule"), and does not forbid it ("do not open the capsule")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_SENTENCE_ENDS = re.compile(r"[.;!?:\n]+(?=\s|$)|\n+")
_PART_ENDS = re.compile(r"(,|\b(?:maar|but|instead|in plaats daarvan)\b)")
_WORD = re.compile(r"[^\W\d_]+(?:'t)?", re.UNICODE)
_LONGEST_TEXT = 2000
_NEGATIONS = frozenset(
    {
        *("not", "never", "no", "without", "don't", "dont", "cannot", "can't", "avoid", "mustn't", "shouldn't"),
        *("niet", "nooit", "geen", "zonder", "noch", "nor", "verboden"),
    }
)
#: After the mention a negation forbids it with one of these right before it or right after ("openen mag niet", "is not allowed").
_AUXILIARIES = frozenset(
    {
        *("mag", "mogen", "is", "zijn", "wordt", "worden", "may", "must", "should", "are"),
        *("toegestaan", "geoorloofd", "allowed", "permitted"),
    }
)


def find_instruction(text: str, words: frozenset[str]) -> str:
    """The first of the words that the text uses without a negation; empty where there is none."""
    folded = text[:_LONGEST_TEXT].casefold()
    if not _compile_any(words).search(folded):
        return ""
    for sentence in _SENTENCE_ENDS.split(folded):
        if found := _find_in_sentence(sentence, words):
            return found
    return ""


@lru_cache(maxsize=64)
def _compile_any(words: frozenset[str]) -> re.Pattern[str]:
    """Where any of the words stands, also inside another one; of no words nowhere. They are those of a value set."""
    return re.compile("|".join(map(re.escape, sorted(words))) or r"(?!)")


def _find_in_sentence(sentence: str, words: frozenset[str]) -> str:
    """A negation holds for the words after it, past a comma only where it forbade one of the words itself, never past "but"."""
    is_forbidding = False
    for part in _PART_ENDS.split(sentence):
        if _PART_ENDS.fullmatch(part):
            is_forbidding = is_forbidding and part == ","
            continue
        cut = _WORD.findall(part)
        mentioned = [number for number, word in enumerate(cut) if word in words]
        for number in mentioned:
            if not (is_forbidding or _is_negated(cut, number)):
                return str(cut[number])
        if mentioned:
            is_forbidding = is_forbidding or any(_is_negated(cut, number) for number in mentioned)
        elif not _NEGATIONS.isdisjoint(cut):
            is_forbidding = False
    return ""


def _is_negated(words: Sequence[str], number: int) -> bool:
    """By a negation before the word, or after it with an auxiliary ("capsule openen en niet heel doorslikken" has none)."""
    if not _NEGATIONS.isdisjoint(words[:number]):
        return True
    after = [place for place in range(number + 1, len(words)) if words[place] in _NEGATIONS]
    return any(not _AUXILIARIES.isdisjoint((words[place - 1], *words[place + 1 : place + 2])) for place in after)
