"""Asks every call who makes it, where the settings require that: all paths but those that are open to anybody."""

from __future__ import annotations

from functools import partial

from cds_hooks.server.call_log import note_token
from cds_hooks.server.certificate_name import check_certificate_name
from cds_hooks.server.state import OpenCall
from cds_hooks.server.warm_up import WARM_UP

#: What says nothing about patients: process and readiness, the pages of the rules, the interface. All else asks for a token.
_OPEN = ("/healthz", "/readyz", "/rules", "/openapi.json")
_BELOW_OPEN = tuple(f"{path}/" for path in _OPEN)


def authenticate(call: OpenCall) -> None:
    """Before each call: who calls, kept for this call. Raises Unauthorized, CannotCheckCaller. A preflight has no token, since
    a browser sends none (S175)."""
    gate, settings = call.state.gate, call.state.settings
    if gate is None or call.method == "OPTIONS" or is_open(call.path) or WARM_UP in call.environ:
        return
    audiences = find_audiences(settings.base_url, call.path)
    vouch = partial(check_certificate_name, call.environ, settings.proxy) if settings.proxy else None
    note = partial(note_token, call)
    call.caller = gate.identify(call.environ.get("HTTP_AUTHORIZATION"), audiences=audiences, note=note, vouch=vouch)


def is_open(path: str) -> bool:
    """Whether anybody may ask for this path."""
    return path in _OPEN or path.startswith(_BELOW_OPEN)


def find_audiences(base_url: str, path: str) -> list[str]:
    """The URLs that a token for this path may be for: the endpoint's own as the public sees it (S165), and for feedback also
    its service's."""
    plain = path.rstrip("/")
    paths = dict.fromkeys((path, plain, plain.removesuffix("/feedback")))
    return [base_url + each for each in paths]
