"""A refused call as a card: clients such as the public sandbox show every status but 200 as "All clear"."""

from __future__ import annotations

from flask import Response

from cds_hooks.advice.refused import Refused
from cds_hooks.server.answers import compose_answer
from cds_hooks.server.call_log import note_cards, note_status_kept_back
from cds_hooks.server.state import current_call

#: These stay what they are: who is not known learns nothing, and what is no call of a service gets no card.
_STATUSES_THAT_STAY = frozenset({401, 403, 404, 405})


def answer_with_card(refused: Refused, *, status: int, language: str) -> Response | None:
    """200 with exactly one `service.not-checked` card; None where the client can take the status itself."""
    call = current_call()
    state, profile = call.state, call.caller.profile
    if not profile.errors_as_cards or not call.is_of_service or status in _STATUSES_THAT_STAY:
        return None
    body = state.advice.refuse(refused, language=language, now=state.now(), profile=profile)
    note_cards(call, body)
    note_status_kept_back(call, status)
    return compose_answer(body, language=language)
