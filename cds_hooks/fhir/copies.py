"""Several entries of one type and id: one is kept, the newest; where that cannot be told, all that differ."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def compose_content(resource: dict[str, Any]) -> bytes:
    """The resource as bytes that do not depend on the order of members; ValueError where it is nested too deep."""
    try:
        return orjson.dumps(resource, default=str, option=_SORTED)
    except (TypeError, RecursionError):
        raise ValueError("the resource cannot be written as JSON") from None


def choose_copies(copies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is kept of the copies, whatever their order: one if they are equal or one is the newest by
    `meta.lastUpdated`, else every different one (so that the more dangerous value is seen too). ValueError as
    `compose_content`."""
    by_content = {compose_content(copy): copy for copy in copies}
    different = [by_content[content] for content in sorted(by_content)]
    moments = [_read_last_updated(copy) for copy in different]
    known = [moment for moment in moments if moment is not None]
    if len(known) < len(moments):
        return different
    newest = max(known)
    return [copy for copy, moment in zip(different, moments, strict=True) if moment == newest]


def _read_last_updated(resource: dict[str, Any]) -> datetime | None:
    meta = resource.get("meta")
    recorded = meta.get("lastUpdated") if isinstance(meta, dict) else None
    if not isinstance(recorded, str):
        return None
    try:
        moment = datetime.fromisoformat(recorded)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
