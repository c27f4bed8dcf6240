"""What composing needs besides the assessment: knowledge, language, profile, addresses, and how to write a resource."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from os import urandom

from cds_hooks.advice.imprint import Standing, begin_standing
from cds_hooks.advice.voice import Voice
from cds_hooks.hooks.profile import DEFAULT, ClientProfile
from cds_hooks.hooks.response import WrittenAction
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.rules.proposals import Proposal

#: Writes a proposal for a medicine (its id) as a whole resource; None where that cannot be made valid.
WriteProposal = Callable[[Proposal, str], WrittenAction | None]


def write_nothing(_proposal: Proposal, _medicine: str) -> None:
    """For answers without suggestions."""


def make_uuid() -> str:
    """A fresh random UUID of version 4, bare (no `urn:uuid:`)."""
    digits = urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


@dataclass(frozen=True, slots=True)
class AdviceContext:
    """`language` is one of LANGUAGES; `base_url` the public address of the service, never taken from a request;
    `smart_app` the launch URL of the site's SMART app, empty where it has none.

    `drafts` are the `Type/id` of all draft orders of the call, None where there are none to know; `checks_responses` whether
    what is composed is checked before it leaves; `standing` what was composed so far of this very `knowledge`.
    """

    knowledge: Knowledge
    language: str
    base_url: str
    now: datetime
    profile: ClientProfile = DEFAULT
    smart_app: str = ""
    write: WriteProposal = write_nothing
    drafts: frozenset[str] | None = None
    checks_responses: bool = True
    new_uuid: Callable[[], str] = make_uuid
    standing: Standing = field(default_factory=begin_standing, compare=False, repr=False)
    voice: Voice = field(init=False, compare=False, repr=False)
    """The language over the texts of the knowledge."""

    def __post_init__(self) -> None:
        """Every text of the answer asks for the voice."""
        object.__setattr__(self, "voice", Voice(self.knowledge.facts, self.language))
