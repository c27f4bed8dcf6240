"""What `serve` shows when it is up, and the call that warms it up before it takes any."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import orjson

from cds_hooks.hooks.services import find_service_for
from cds_hooks.knowledge.source import find_fixtures_folder
from cds_hooks.server.warm_up import WarmUp
from cds_hooks.settings.values import is_loopback

#: The situation of the greeting: its answer holds a critical card.
SHOWN_SITUATION = "lenalidomide-pregnant"


def compose_greeting(url: str, *, auth: str = "off") -> str:
    """The URL, and one line that posts a fixture and shows a critical card, where anybody may."""
    lines = [f"CDS Hooks service on {url} (discovery: {url}/cds-services, rules: {url}/rules/)"]
    if auth == "required":
        return "\n".join([*lines, "Callers need a token: docs/registering-a-client.md"])
    if (path := find_shown_request()) and (service := _find_path(path)):
        lines += ["Try it, in another terminal:", f"  {_compose_curl(url + service, path)}"]
    return "\n".join(lines)


def find_warnings(environ: Mapping[str, str], host: str) -> tuple[str, ...]:
    """What an operator should know who serves others than this machine."""
    if is_loopback(host) or environ.get("CDS_HOOKS_BASE_URL"):
        return ()
    return ("CDS_HOOKS_BASE_URL is not set: links on cards lead to an address that only this machine may reach",)


def find_warm_up() -> WarmUp | None:
    """The fixture's call, if there is one: it loads what is loaded on first use."""
    path = find_shown_request()
    service = _find_path(path) if path else None
    return WarmUp(service, path.read_bytes()) if path and service else None


def find_shown_request() -> Path | None:
    """The request of the situation that is shown; None where the fixtures do not hold it."""
    path = find_fixtures_folder() / SHOWN_SITUATION / "request.json"
    return path if path.is_file() else None


def _find_path(request: Path) -> str | None:
    service = find_service_for(orjson.loads(request.read_bytes())["hook"])
    return f"/cds-services/{service.id}" if service else None


def _compose_curl(url: str, request: Path) -> str:
    shown = os.path.relpath(request) if request.is_relative_to(Path.cwd()) else str(request)
    return f"curl -s {url} -H 'Content-Type: application/json' -d @{shown} | python3 -m json.tool"
