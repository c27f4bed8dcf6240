"""One line of JSON on stderr per call: what happened and how long it took, and nothing about the patient."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping
from typing import Any

from cds_hooks.errors import RequestError
from cds_hooks.hooks.feedback import FeedbackCounts
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.server.state import OpenCall

LOGGER = logging.getLogger("cds_hooks.calls")

#: Characters of what a caller sent that are written; JSON escapes them.
_MAX_VALUE = 200

#: Innermost frames that are written of a breakdown.
_FRAMES = 12

#: What is the same in the records of all calls. `LOGGER.info` would find out anew for each where it was called from.
_SAME = vars(logging.LogRecord(LOGGER.name, logging.INFO, __file__, 0, "call", None, None))


class _CallRecord(logging.LogRecord):
    def __init__(self, members: dict[str, Any]) -> None:
        self.__dict__.update(_SAME, created=time.time(), args=members)


def note_service(call: OpenCall, service: str) -> None:
    """Which service was called; makes the call one that is logged."""
    call.facts["service"] = service


def note_call(call: OpenCall, request: HookRequest) -> None:
    """What was called for, and who asked about whom: for the audit, also where the call then fails."""
    call.audited = request
    if request.hook_instance:
        call.facts["hookInstance"] = request.hook_instance


def note_token(call: OpenCall, name: str, value: str) -> None:
    """What may be known of a token (S173): `client`, `iss`, `jti`, what could not be asked. Never more than a line of it."""
    call.facts[name] = value[:_MAX_VALUE]


def note_cards(call: OpenCall, body: Mapping[str, Any]) -> None:
    """What was answered; in the log only counts by level."""
    call.cards = body["cards"]
    counts: dict[str, int] = {}
    for card in call.cards:
        counts[card["indicator"]] = counts.get(card["indicator"], 0) + 1
    call.facts["cards"] = counts


def note_feedback(call: OpenCall, counts: FeedbackCounts) -> None:
    """How much feedback came, in numbers: a comment is about a patient."""
    call.facts["feedback"] = {
        "accepted": counts.accepted,
        "overridden": counts.overridden,
        "knownReasons": counts.known_reasons,
    }


def note_refusal(call: OpenCall, error: RequestError) -> None:
    """Why a call was refused: our fixed words, never the caller's."""
    call.facts["refused"] = error.template
    if error.element:
        call.facts["element"] = error.element


def note_status_kept_back(call: OpenCall, status: int) -> None:
    """The status that a card was sent instead of."""
    call.facts["insteadOf"] = status


def end_call(call: OpenCall, status: int) -> None:
    """Write the line of a call to a service, and of whatever was refused."""
    if call.facts and LOGGER.isEnabledFor(logging.INFO):
        milliseconds = round((time.perf_counter() - call.started) * 1000, 1)
        LOGGER.handle(_CallRecord({**call.facts, "status": status, "ms": milliseconds}))


def log_breakdown(call: OpenCall, error: Exception) -> None:
    """Kind and place of an error. Its message may hold the record's own words, so it is not written."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    call.facts["broke"] = type(error).__name__
    LOGGER.error("broke", extra={"error": type(error).__name__, "at": places})
