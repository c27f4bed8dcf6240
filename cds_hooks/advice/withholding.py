"""What may not leave the service: a card with a fault is withheld and logged, a response that cannot be made right is refused."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from cds_hooks.advice.checking import find_card_faults, find_faults, find_frame_faults
from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.grouping import Leaflet
from cds_hooks.errors import UnsoundResponse
from cds_hooks.hooks.response import Json
from cds_hooks.knowledge.model import Rule

_log = logging.getLogger(__name__)

#: Faults of a card that are logged; a card that is all wrong has as many as it has members.
_LOGGED = 10


def withhold_faulty(
    cards: Sequence[Json], leaflets: Sequence[Leaflet], *, context: AdviceContext
) -> tuple[list[Json], list[Rule]]:
    """The cards that may leave, and the rules of those that may not (for the card of what was not checked)."""
    if not context.checks_responses:
        return list(cards), []
    sound: list[Json] = []
    withheld: list[Rule] = []
    for card, leaflet in zip(cards, leaflets, strict=True):
        faults = find_card_faults(card, context.drafts)
        if not faults:
            sound.append(card)
            continue
        rules = [speech.outcome.rule for speech in leaflet]
        withheld += rules
        _log.error("a card of %s is withheld: %s", ", ".join(rule.id for rule in rules), _tell(faults))
    return sound, withheld


def require_sound(response: Json, *, unchecked: Json | None, context: AdviceContext) -> Json:
    """The response, its cards checked before but for the last: `unchecked`, the one of what was not checked. Raises
    UnsoundResponse."""
    if not context.checks_responses:
        return response
    faults = find_frame_faults(response)
    if unchecked is not None:
        faults += [f"service.not-checked.{fault}" for fault in find_card_faults(unchecked)]
    return _refuse(response, faults)


def require_sound_card(response: Json, *, context: AdviceContext) -> Json:
    """The response of a refused call, with its one card. Raises UnsoundResponse."""
    return _refuse(response, find_faults(response) if context.checks_responses else [])


def _refuse(response: Json, faults: Sequence[str]) -> Json:
    if faults:
        _log.error("a response is withheld: %s", _tell(faults))
        raise UnsoundResponse("the response breaks CDS Hooks")
    return response


def _tell(faults: Sequence[str]) -> str:
    more = f" and {len(faults) - _LOGGED} more" if len(faults) > _LOGGED else ""
    return "; ".join(faults[:_LOGGED]) + more
