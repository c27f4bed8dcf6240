"""What a Bundle and an OperationOutcome say of themselves: links, total, severity. Tolerant, for whatever was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_HARMLESS = frozenset({"warning", "information", "success"})


def find_link(bundle: Mapping[str, Any], relation: str) -> str | None:
    """URL of the link with this relation: None where there is no such link, empty where its URL cannot be read."""
    links = bundle.get("link")
    if links is None:
        return None
    if isinstance(links, dict):
        links = [links]
    if not isinstance(links, list):
        return None
    for link in links:
        if isinstance(link, dict) and link.get("relation") == relation:
            url = link.get("url")
            return url if isinstance(url, str) else ""
    return None


def is_failure(outcome: Mapping[str, Any]) -> bool:
    """Whether an OperationOutcome tells of a failure. Epic says "no results" by one of severity warning; an outcome
    whose severity cannot be read is taken for a failure."""
    issues = outcome.get("issue")
    if not isinstance(issues, list) or not issues:
        return True
    return not all(isinstance(issue, dict) and _is_harmless(issue.get("severity")) for issue in issues)


def _is_harmless(severity: object) -> bool:
    return isinstance(severity, str) and severity in _HARMLESS


def is_short(bundle: Mapping[str, Any], entries: int) -> bool:
    """Whether `total` promises more than the entries that are here."""
    total = bundle.get("total")
    return type(total) is int and total > entries
