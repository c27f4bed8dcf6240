"""What composing needs besides the assessment: knowledge, language, profile, addresses, and how to write a resource."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from os import urandom

from cds_hooks.advice.imprint import Standing
from cds_hooks.advice.voice import Voice
from cds_hooks.hooks.profile import DEFAULT, ClientProfile
from cds_hooks.hooks.response import WrittenAction
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.record import Record
from cds_hooks.rules.proposals import Proposal

#: Writes a proposal for a medicine (its id) as a whole resource; None where that cannot be made valid.
WriteProposal = Callable[[Proposal, str], WrittenAction | None]

#: The digit that tells the variant of a UUID, by the random one in its place: the two upper bits are set.
_VARIANTS = {digit: "89ab"[place % 4] for place, digit in enumerate("0123456789abcdef")}


def write_nothing(_proposal: Proposal, _medicine: str) -> None:
    """For answers without suggestions."""


def make_uuid() -> str:
    """A fresh random UUID of version 4, bare (no `urn:uuid:`)."""
    digits = urandom(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{_VARIANTS[digits[16]]}{digits[17:20]}-{digits[20:]}"


class AdviceContext(Record):
    """`voice` speaks the language of the answer over the texts of `knowledge`; `base_url` is the public address of
    the service, never taken from a request; `smart_app` the launch URL of the site's SMART app, empty where it has none.

    `drafts` are the `Type/id` of all draft orders of the call, None where there are none to know; `checks_responses` whether
    what is composed is checked before it leaves; `standing` what was composed so far of this very `knowledge`.
    """

    knowledge: Knowledge
    voice: Voice
    standing: Standing
    base_url: str
    now: datetime
    profile: ClientProfile = DEFAULT
    smart_app: str = ""
    write: WriteProposal = write_nothing
    drafts: frozenset[str] | None = None
    checks_responses: bool = True
    new_uuid: Callable[[], str] = make_uuid
