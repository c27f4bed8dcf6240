"""Who calls, and what follows from it for one call: how its cards look, and where data may be fetched from."""

from __future__ import annotations

from dataclasses import dataclass

from cds_hooks.hooks.profile import DEFAULT, ClientProfile


@dataclass(frozen=True, slots=True)
class Caller:
    """`name` as in the log, empty where nobody says who calls. `fhir_servers`: the only FHIR bases that may be asked; None: any
    on the loopback of this machine."""

    name: str = ""
    profile: ClientProfile = DEFAULT
    fhir_servers: tuple[str, ...] | None = None
