"""What is known of a client beyond the standard: its language, and which shapes of cards it can take."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """How cards have to look for one client (contract, "Who may call": `profile`).

    `language` None: the call's Accept-Language decides. `selection_behavior` None: as each card needs it, else this one
    on every card. `alphanumeric_topics`: `source.topic.code` without punctuation.
    """

    name: str = "default"
    language: str | None = None
    selection_behavior: str | None = None
    alphanumeric_topics: bool = False


#: Profiles that come with the program. Epic takes only `any` and alphanumeric topics (checklist 5.C).
PROFILES = MappingProxyType(
    {
        "default": ClientProfile(),
        "epic": ClientProfile("epic", selection_behavior="any", alphanumeric_topics=True),
        "sandbox": ClientProfile("sandbox"),
    }
)
