"""Which language an answer is in (contract, "Cards": Language)."""

from __future__ import annotations

from functools import lru_cache

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from cds_hooks.knowledge.model import LANGUAGES

#: Longer headers are no wish of a person; they are not read.
_MAX_HEADER = 200


def choose_language(accept: str | None, *, default: str, forced: str | None = None) -> str:
    """`forced` (the client profile's), else the best of an Accept-Language header, else `default`."""
    if forced:
        return forced
    if not accept or len(accept) > _MAX_HEADER:
        return default
    return _negotiate(accept, default)


def read_language(text: str | None) -> str | None:
    """A language named outright (`?lang=nl-NL`); None where we do not speak it."""
    primary = (text or "").split("-")[0].strip().lower()
    return primary if primary in LANGUAGES else None


@lru_cache(maxsize=256)
def _negotiate(accept: str, default: str) -> str:
    """By falling quality. Werkzeug's own best match takes `en;q=0.1` over `nl-NL`, since it is the exact one."""
    wishes = parse_accept_header(accept, LanguageAccept)
    refused = {read_language(tag) for tag, quality in wishes if quality <= 0}
    for tag, quality in wishes:
        language = default if tag == "*" else read_language(tag)
        if language and quality > 0 and language not in refused:
            return language
    return default
