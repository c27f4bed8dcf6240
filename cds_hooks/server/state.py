"""What every route of one application shares, and the call that is being answered."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cds_hooks.hooks.caller import Caller
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.hooks.request import Limits
from cds_hooks.server.advice_port import AdviceService
from cds_hooks.server.languages import choose_language
from cds_hooks.server.security_headers import NO_PAGE
from cds_hooks.server.trust.gate import Gate
from cds_hooks.settings import Settings

_STRANGER = Caller(fhir_servers=())


@dataclass(frozen=True, slots=True)
class ServerState:
    """The clinical part, what the operator asked for, and who lets callers in (None: everybody may call). `caller`: who calls
    until somebody is let in."""

    advice: AdviceService
    settings: Settings
    limits: Limits
    gate: Gate | None
    caller: Caller

    def now(self) -> datetime:
        """The moment of the call: the frozen one, else the clock."""
        return self.settings.now or datetime.now(UTC)


def compose_state(advice: AdviceService, settings: Settings, gate: Gate | None) -> ServerState:
    """The state of an application. With auth off nobody says who calls, and CDS_HOOKS_PROFILE and CDS_HOOKS_FHIR_SERVERS hold for
    all; a caller who was not let in (yet) may have nothing."""
    caller = _STRANGER if gate else Caller(profile=settings.profile, fhir_servers=settings.fhir_servers)
    return ServerState(advice, settings, settings.limits, gate, caller)


def _make_id() -> str:
    """32 hexadecimal digits by chance."""
    return os.urandom(16).hex()


@dataclass(slots=True, eq=False)
class OpenCall:
    """One HTTP call while it is answered. `environ` is that of WSGI, `id` our own (a client's would be outside text), `started` a
    clock. `facts` goes to the log, to the audit also who asked about whom (`audited`) and the `cards` answered. The answer
    carries `content_policy` and `headers`. `is_of_service`: it calls a service, not one of the pages beside them."""

    environ: dict[str, Any] = field(repr=False)
    state: ServerState
    caller: Caller
    id: str = field(default_factory=_make_id)
    started: float = field(default_factory=time.perf_counter)
    facts: dict[str, Any] = field(default_factory=dict)
    audited: HookRequest | None = None
    cards: Sequence[Mapping[str, Any]] = field(default=(), repr=False)
    content_policy: str = NO_PAGE
    headers: tuple[tuple[str, str], ...] = ()
    is_of_service: bool = False

    @property
    def method(self) -> str:
        """As HTTP names it."""
        return str(self.environ["REQUEST_METHOD"])

    @property
    def path(self) -> str:
        """As routes are matched with it: WSGI hands UTF-8 on as if it were Latin-1."""
        return "/" + str(self.environ["PATH_INFO"]).encode("latin1").decode(errors="replace").lstrip("/")

    def find_language(self) -> str:
        """The language of this call's answer."""
        accept: str | None = self.environ.get("HTTP_ACCEPT_LANGUAGE")
        return choose_language(accept, default=self.state.settings.language, forced=self.caller.profile.language)


#: Not flask.g: each look at that goes through a proxy, and one call looks dozens of times.
OPEN_CALL: ContextVar[OpenCall] = ContextVar("open call")


def current_call() -> OpenCall:
    """The call that is being answered."""
    return OPEN_CALL.get()


def current_state() -> ServerState:
    """The state of the application that answers it."""
    return OPEN_CALL.get().state
