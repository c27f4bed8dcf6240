"""What a card has from `cards/` and the settings alone (source, reasons, links), checked once for each form of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from cds_hooks.advice.checking_parts import Json, check_coding, check_members, is_address, list_objects

_SOURCE_MEMBERS = frozenset({"label", "url", "icon", "topic", "extension"})
_LINK_MEMBERS = frozenset({"label", "url", "type", "appContext", "autolaunchable", "extension"})
_FIXED = ("source", "overrideReasons", "links")


def check_fixed(card: Json) -> list[str]:
    """The faults of source, reasons and links. Cards of one rule share them, so that their JSON is checked when first met."""
    fixed = {name: card[name] for name in _FIXED if name in card}
    try:
        written = orjson.dumps(fixed)
    except TypeError:
        return find_fixed_faults(fixed)
    return list(_recall_faults(written))


@lru_cache(maxsize=1024)
def _recall_faults(written: bytes) -> tuple[str, ...]:
    """Nothing of a patient or of a call is in it."""
    return tuple(find_fixed_faults(orjson.loads(written)))


def find_fixed_faults(fixed: Mapping[str, Any]) -> list[str]:
    """The same, looked at anew."""
    faults = _check_source(fixed.get("source"))
    if "overrideReasons" in fixed:
        faults += _check_reasons(fixed["overrideReasons"])
    if "links" in fixed:
        faults += _check_links(fixed["links"])
    return faults


def _check_source(source: Any) -> list[str]:
    if not isinstance(source, dict) or not isinstance(source.get("label"), str):
        return ["source.label: missing"]
    faults = [f"source.{fault}" for fault in check_members(source, _SOURCE_MEMBERS)]
    for member in ("url", "icon"):
        if member in source and not is_address(source[member]):
            faults.append(f"source.{member}: not an absolute http(s) address")
    if "topic" in source:
        faults += check_coding(source["topic"], "source.topic")
    return faults


def _check_reasons(value: Any) -> list[str]:
    reasons, faults = list_objects(value, "overrideReasons")
    for place, reason in enumerate(reasons):
        faults += check_coding(reason, f"overrideReasons.{place}")
        if "display" not in reason:
            faults.append(f"overrideReasons.{place}.display: missing (cds-resp-4)")
    if not 3 <= len(reasons) <= 6:
        faults.append("overrideReasons: not three to six")
    return faults


def _check_links(value: Any) -> list[str]:
    links, faults = list_objects(value, "links")
    for place, link in enumerate(links):
        faults += [f"links.{place}.{fault}" for fault in _check_link(link)]
    return faults


def _check_link(link: Json) -> list[str]:
    faults = check_members(link, _LINK_MEMBERS)
    if not isinstance(link.get("label"), str):
        faults.append("label: missing")
    if not is_address(link.get("url")):
        faults.append("url: not an absolute http(s) address")
    if link.get("type") not in ("absolute", "smart"):
        faults.append("type: not absolute or smart")
    if "appContext" in link:
        if link.get("type") != "smart":
            faults.append("appContext: only with smart (cds-resp-3)")
        if not isinstance(link["appContext"], str):
            faults.append("appContext: not a text")
    return faults
