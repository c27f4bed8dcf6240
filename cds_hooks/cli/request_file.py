"""A hook request from a file, checked as the server checks one from the wire."""

from __future__ import annotations

import sys
from pathlib import Path

from cds_hooks.errors import BadRequest, TooLarge
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.hooks.json_body import read_json_object
from cds_hooks.hooks.request import Limits, read_hook_request
from cds_hooks.hooks.services import SERVICES, find_service_for


def read_request_file(name: str, limits: Limits) -> HookRequest:
    """The request in file `name` (`-`: standard input). Raises RequestError, or OSError where there is no such file."""
    body = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    if len(body) > limits.max_body_bytes:
        raise TooLarge("is larger than {bytes} bytes", element="body", bytes=limits.max_body_bytes)
    hook = read_json_object(body).get("hook")
    service = find_service_for(hook) if isinstance(hook, str) else None
    if service is None:
        known = ", ".join(service.hook for service in SERVICES)
        raise BadRequest("is none of {hooks}", element="hook", hooks=known)
    return read_hook_request(body, service=service, limits=limits)
