"""The description of the interface at /openapi.json, for programs that make clients and tests of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Response

from cds_hooks.hooks.services import SERVICES
from cds_hooks.server.answers import compose_answer
from cds_hooks.server.state import current_state

openapi_routes = Blueprint("openapi", __name__)


@openapi_routes.get("/openapi.json")
def show_openapi() -> Response:
    """OpenAPI 3.1, with this service's own address, version and services."""
    state = current_state()
    version = state.advice.knowledge_version
    return compose_answer(compose_openapi(state.settings.base_url, version), language="en")


def compose_openapi(base_url: str, version: str) -> dict[str, Any]:
    """The description of a service at `base_url`; its version is that of the knowledge, by which answers change."""
    described = _read_description()
    return {**described, "info": {**described["info"], "version": version}, "servers": [{"url": base_url}]}


@cache
def _read_description() -> dict[str, Any]:
    described: dict[str, Any] = orjson.loads(Path(__file__).with_name("openapi.json").read_bytes())
    described["components"]["schemas"]["HookRequest"]["properties"]["hook"]["enum"] = [service.hook for service in SERVICES]
    services = [service.id for service in SERVICES]
    for path in described["paths"].values():
        for parameter in path.get("post", {}).get("parameters", ()):
            if parameter["name"] == "service":
                parameter["schema"]["enum"] = services
    return described
