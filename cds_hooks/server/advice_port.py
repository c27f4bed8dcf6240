"""What the server asks of the clinical part: the one seam between HTTP and advice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from cds_hooks.advice.refused import Refused
from cds_hooks.hooks.caller import Caller
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.hooks.profile import ClientProfile
from cds_hooks.knowledge.pages import RuleLine, RulePage


class AdviceService(Protocol):
    """Loaded knowledge that answers calls. `language` is always one of `knowledge.model.LANGUAGES`."""

    @property
    def knowledge_version(self) -> str:
        """Version of `cards/`, as on the cards."""

    @property
    def templates(self) -> Mapping[str, str]:
        """Prefetch templates by key, in the order of discovery."""

    @property
    def reason_codes(self) -> Collection[tuple[str, str]]:
        """System and code of every reason that a card can offer for going on."""

    def advise(self, request: HookRequest, *, language: str, now: datetime, caller: Caller) -> dict[str, Any]:
        """The response body, as this caller can take it. Raises RequestError (412 without a patient); anything else raised
        becomes a 500."""

    def refuse(self, refused: Refused, *, language: str, now: datetime, profile: ClientProfile) -> dict[str, Any]:
        """The response body that says on one card that nothing was checked."""

    def list_rules(self, language: str) -> Sequence[RuleLine]:
        """Every rule, in the order of the tables."""

    def describe_rule(self, rule_id: str, language: str) -> RulePage | None:
        """The page of a rule; None where there is no such rule."""

    def find_unready(self) -> tuple[str, ...]:
        """What is not ready to serve (a store that does not answer); empty when all is."""
