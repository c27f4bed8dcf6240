"""Reading the client profile that CDS_HOOKS_PROFILE names: one of the program's own, or a strict YAML file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cds_hooks.errors import KnowledgeError
from cds_hooks.hooks.profile import PROFILES, ClientProfile
from cds_hooks.knowledge.source import read_yaml, validate


class _ProfileFile(BaseModel):
    """The members of `profile` in the contract, "Who may call"."""

    model_config = ConfigDict(extra="forbid")

    language: Literal["en", "nl"] | None = None
    selection_behavior: Literal["any", "at-most-one"] | None = None
    topic_code: Literal["rule-id", "alphanumeric"] = "rule-id"
    errors_as_cards: Literal[False] = False


def read_profile(text: str) -> ClientProfile:
    """A profile by name or path. Raises ValueError where there is none, or the file does not read."""
    if text in PROFILES:
        return PROFILES[text]
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"{text!r} is neither one of {', '.join(PROFILES)} nor a file")
    try:
        profile = validate(read_yaml(path), _ProfileFile)
    except KnowledgeError as error:
        raise ValueError("; ".join(error.findings)) from None
    return ClientProfile(
        name=path.stem,
        language=profile.language,
        selection_behavior=profile.selection_behavior,
        topic_code=profile.topic_code,
    )
