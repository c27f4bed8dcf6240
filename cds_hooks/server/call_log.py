"""One line of JSON on stderr per call: what happened and how long it took, and nothing about the patient."""

from __future__ import annotations

import logging
import time
import traceback
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import Response, g

from cds_hooks.errors import RequestError
from cds_hooks.hooks.feedback import FeedbackCounts

LOGGER = logging.getLogger("cds_hooks.calls")

#: Characters of what a caller sent that are written; JSON escapes them.
_MAX_VALUE = 200

#: Innermost frames that are written of a breakdown.
_FRAMES = 12


def begin_call() -> None:
    """Give the call an id of our own (a client's would be outside text) and start its clock."""
    g.request_id = uuid.uuid4().hex
    g.started = time.perf_counter()
    g.facts = {}


def note_call(service: str, hook_instance: str) -> None:
    """Which service was called; makes the call one that is logged."""
    g.facts["service"] = service
    if hook_instance:
        g.facts["hookInstance"] = hook_instance


def note_token(name: str, value: str) -> None:
    """What may be known of a token (S173): `client`, `iss`, `jti`, what could not be asked. Never more than a line of it."""
    g.facts[name] = value[:_MAX_VALUE]


def note_cards(body: Mapping[str, Any]) -> None:
    """Counts of what was answered, by level."""
    g.facts["cards"] = dict(Counter(card["indicator"] for card in body["cards"]))


def note_feedback(counts: FeedbackCounts) -> None:
    """How much feedback came, in numbers: a comment is about a patient."""
    g.facts["feedback"] = {
        "accepted": counts.accepted,
        "overridden": counts.overridden,
        "knownReasons": counts.known_reasons,
    }


def note_refusal(error: RequestError) -> None:
    """Why a call was refused: our fixed words, never the caller's."""
    g.facts["refused"] = error.template
    if error.element:
        g.facts["element"] = error.element


def note_status_kept_back(status: int) -> None:
    """The status that a card was sent instead of."""
    g.facts["insteadOf"] = status


def end_call(response: Response) -> None:
    """Write the line of a call to a service, and of whatever was refused."""
    if g.facts:
        milliseconds = round((time.perf_counter() - g.started) * 1000, 1)
        LOGGER.info("call", extra={**g.facts, "status": response.status_code, "ms": milliseconds})


def log_breakdown(error: Exception) -> None:
    """Kind and place of an error. Its message may hold the record's own words, so it is not written."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    g.facts["broke"] = type(error).__name__
    LOGGER.error("broke", extra={"error": type(error).__name__, "at": places})
