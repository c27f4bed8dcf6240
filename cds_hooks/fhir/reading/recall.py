"""Keeps what was read of JSON that is the same for all patients: what a product is, how a dosage goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import orjson

from cds_hooks.chart.when import Now
from cds_hooks.fhir.reading.context import Notebook, ReadingContext
from cds_hooks.fhir.reading.references import Shelf
from cds_hooks.fhir.reading.resource import Desk, Resource
from cds_hooks.knowledge.vocabulary import Vocabulary

T = TypeVar("T")

#: How many different ones are kept, and the bytes of the longest.
_MOST, _LONGEST = 2_048, 1_000

#: Members that may say something of one patient: JSON with any of them is read anew each time.
_PERSONAL = re.compile(rb'"(?:id|extension|reference|identifier|boundsPeriod|event|patientInstruction)"')
_NO_DAY = Now(datetime(2000, 1, 1, tzinfo=UTC), date(2000, 1, 1))


def recall(read: Callable[[Vocabulary, Any], T], vocabulary: Vocabulary, value: object) -> T | None:
    """What `read` makes of JSON by the words of the vocabulary, worked out once for the same JSON; None for JSON of which nothing
    may be kept. `read` has to go by its arguments alone, and its result must never be changed."""
    try:
        content = orjson.dumps(value)
    except TypeError:
        return None
    try:
        kept: T | None = vocabulary.remembered[read][content]
    except KeyError:
        return _read_anew(read, vocabulary, content)
    return kept


def _read_anew(read: Callable[[Vocabulary, Any], T], vocabulary: Vocabulary, content: bytes) -> T | None:
    """Kept with the vocabulary, and gone with it; where there is much of a kind, keeping begins anew."""
    if len(content) > _LONGEST or _PERSONAL.search(content):
        return None
    found = read(vocabulary, orjson.loads(content))
    kept = vocabulary.remembered.setdefault(read, {})
    if len(kept) >= _MOST:
        kept.clear()
    kept[content] = found
    return found


def compose_blank(vocabulary: Vocabulary) -> Resource:
    """A resource of nobody and of no day, on a desk of its own: to read with what is the same for all patients."""
    context = ReadingContext("", vocabulary, _NO_DAY, UTC)
    return Resource({}, "", "", Desk(context, Shelf({}, (), None), Notebook()))
