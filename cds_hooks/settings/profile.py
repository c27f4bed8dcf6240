"""Reading a client profile: one of the program's own by name, or the members that a site writes in YAML."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from cds_hooks.errors import KnowledgeError
from cds_hooks.hooks.profile import PROFILES, ClientProfile
from cds_hooks.knowledge.complaint import describe_error
from cds_hooks.knowledge.source import read_yaml, validate


class ProfileMembers(BaseModel):
    """The members of `profile` in the contract, "Who may call", and what else tells the shipped ones apart; what is left out is
    as the default client has it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    language: Literal["en", "nl"] | None = None
    selection_behavior: Literal["any", "at-most-one"] | None = None
    topic_code: Literal["rule-id", "alphanumeric"] = "rule-id"
    errors_as_cards: bool = False
    short_texts: bool = False
    app_context: bool = True

    def compose_profile(self, name: str) -> ClientProfile:
        """The profile under a name of its own."""
        return ClientProfile(name=name, **self.model_dump())


def read_profile(text: str) -> ClientProfile:
    """A profile by name or path. Raises ValueError where there is none, or the file does not read."""
    if text in PROFILES:
        return PROFILES[text]
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"{text!r} is neither one of {', '.join(PROFILES)} nor a file")
    try:
        return validate(read_yaml(path), ProfileMembers).compose_profile(path.stem)
    except KnowledgeError as error:
        raise ValueError("; ".join(error.findings)) from None


def read_profile_value(value: str | Mapping[str, Any], name: str = "own") -> ClientProfile:
    """A shipped profile by name, or one written out as a mapping (called `name`). Raises ValueError that says what is wrong.

    No path: a file that names clients is no place to name further files.
    """
    if isinstance(value, str):
        if value not in PROFILES:
            raise ValueError(f"{value!r} is none of {', '.join(PROFILES)}, nor a mapping")
        return PROFILES[value]
    try:
        return ProfileMembers.model_validate(dict(value)).compose_profile(name)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=True)
        raise ValueError("; ".join(describe_error(fault, ProfileMembers) for fault in faults)) from None
