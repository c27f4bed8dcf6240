"""Keeps what was read of JSON that is the same for all patients: what a product is, how a dosage goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, TypeVar

import orjson

from cds_hooks.knowledge.vocabulary import Vocabulary

T = TypeVar("T")

#: How many different ones are kept, and the bytes of the longest.
_MOST, _LONGEST = 2_048, 1_000

#: Members that may say something of one patient: JSON with any of them is read anew each time.
_PERSONAL = re.compile(rb'"(?:id|extension|boundsPeriod|event|patientInstruction)"')


def recall(read: Callable[[Vocabulary, Any], T], vocabulary: Vocabulary, value: object) -> T | None:
    """What `read` makes of JSON by the words of the vocabulary, worked out once for the same JSON; None for JSON of which nothing
    may be kept. `read` has to go by its arguments alone, and its result must never be changed."""
    try:
        content = orjson.dumps(value)
    except TypeError:
        return None
    if len(content) > _LONGEST or _PERSONAL.search(content):
        return None
    known = vocabulary.remembered.get(read) or _start(read, vocabulary)
    return known(content)  # type: ignore[no-any-return]  # of this very `read`


def _start(read: Callable[[Vocabulary, Any], T], vocabulary: Vocabulary) -> Callable[[bytes], T]:
    """Kept with the vocabulary, and gone with it."""
    known = lru_cache(maxsize=_MOST)(partial(_read_content, read, vocabulary))
    vocabulary.remembered[read] = known
    return known


def _read_content(read: Callable[[Vocabulary, Any], T], vocabulary: Vocabulary, content: bytes) -> T:
    return read(vocabulary, orjson.loads(content))
