"""What every route of one application shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app, g, request

from cds_hooks.hooks.caller import Caller
from cds_hooks.hooks.profile import ClientProfile
from cds_hooks.server.advice_port import AdviceService
from cds_hooks.server.audit import Audit
from cds_hooks.server.languages import choose_language
from cds_hooks.server.trust.gate import Gate
from cds_hooks.settings import Settings

_KEY = "cds-hooks"

_STRANGER = Caller(fhir_servers=())


@dataclass(frozen=True, slots=True)
class ServerState:
    """The clinical part, what the operator asked for, the audit where there is one, and who lets callers in (None: everybody
    may call)."""

    advice: AdviceService
    settings: Settings
    audit: Audit | None = None
    gate: Gate | None = None

    def now(self) -> datetime:
        """The moment of the call: the frozen one, else the clock."""
        return self.settings.now or datetime.now(UTC)

    def find_caller(self) -> Caller:
        """Who was let in. With auth off nobody says so, and CDS_HOOKS_PROFILE and CDS_HOOKS_FHIR_SERVERS hold for all; a
        caller who was not let in (yet) may have nothing."""
        if self.gate is None:
            return Caller(profile=self.settings.profile, fhir_servers=self.settings.fhir_servers)
        caller: Caller = g.get("caller", _STRANGER)
        return caller

    def find_profile(self) -> ClientProfile:
        """What the client of this call can take."""
        return self.find_caller().profile

    def find_language(self) -> str:
        """The language of this call's answer."""
        accept = request.headers.get("Accept-Language")
        return choose_language(accept, default=self.settings.language, forced=self.find_profile().language)


def current_state() -> ServerState:
    """The state of the application that serves this call."""
    state: ServerState = current_app.extensions[_KEY]
    return state


def keep_state(extensions: dict[str, object], state: ServerState) -> None:
    """Attach it to an application."""
    extensions[_KEY] = state
