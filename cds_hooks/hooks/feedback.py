"""Feedback of a CDS client (checklist 2.I): which cards were accepted or overridden and why, as leniently as clients differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from cds_hooks.errors import BadRequest, TooLarge
from cds_hooks.hooks.json_body import read_json_object
from cds_hooks.hooks.response import Coding
from cds_hooks.hooks.shape_faults import WORDS, compose_shape_refusal

#: Feedback is small: cards of a few calls. Bytes of a body, and items in it.
MAX_FEEDBACK_BYTES = 1024 * 1024
MAX_ITEMS = 1000
_LONGEST_COMMENT = 10_000
_LONGEST_LINE = 256

Outcome = Literal["accepted", "overridden"]


@dataclass(frozen=True, slots=True)
class FeedbackItem:
    """What became of one card. `card` and `suggestions` are the ids that the client names, ours or not.

    `reason` is the Coding that was chosen, whether we offered it or not; `reason_words` what a client wrote where it sent no
    Coding. `user_comment` is free text about a patient: it is never logged (S151).
    """

    card: str
    outcome: Outcome
    at: datetime
    suggestions: tuple[str, ...] = ()
    reason: Coding | None = None
    reason_words: str = field(default="", repr=False)
    user_comment: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FeedbackCounts:
    """What one POST told, in numbers. `known_reasons`: items with a reason that our cards offer."""

    accepted: int
    overridden: int
    known_reasons: int


def read_feedback(body: bytes) -> tuple[FeedbackItem, ...]:
    """The items of a POST, each once. Raises BadRequest or TooLarge that names the element at fault."""
    if len(body) > MAX_FEEDBACK_BYTES:
        raise TooLarge("is larger than {bytes} bytes", element="body", bytes=MAX_FEEDBACK_BYTES)
    document = read_json_object(body)
    items = document.get("feedback")
    if items is None:
        raise BadRequest("is required", element="feedback")
    if isinstance(items, list) and len(items) > MAX_ITEMS:
        raise TooLarge("more than {items} entries", element="feedback", items=MAX_ITEMS)
    try:
        shapes = _Feedback.model_validate({"feedback": items}).feedback
    except ValidationError as error:
        raise compose_shape_refusal(error, FEEDBACK_WORDS) from None
    return tuple(dict.fromkeys(_read_item(shape, number) for number, shape in enumerate(shapes)))


def count_feedback(items: Sequence[FeedbackItem], known: Collection[tuple[str, str]]) -> FeedbackCounts:
    """`known`: system and code of each reason that our cards offer."""
    outcomes = Counter(item.outcome for item in items)
    named = sum(item.reason is not None and (item.reason.system, item.reason.code) in known for item in items)
    return FeedbackCounts(outcomes["accepted"], outcomes["overridden"], named)


def _read_moment(value: object) -> datetime:
    """RFC 3339; without an offset it is UTC, which the specification asks for (S147)."""
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError
    moment = datetime.fromisoformat(value.upper())
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        raise ValueError from None


_Line = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=_LONGEST_LINE, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}]*$")
]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Item(_Shape):
    """What an item has to hold; the rest is taken as far as it can be read."""

    card: _Line
    outcome: Outcome
    at: Annotated[datetime, BeforeValidator(_read_moment)] = Field(alias="outcomeTimestamp")
    suggestions: Any = Field(default=None, alias="acceptedSuggestions")
    reason: Any = Field(default=None, alias="overrideReason")
    reasons: Any = Field(default=None, alias="overrideReasons")


class _Feedback(_Shape):
    feedback: list[_Item]


#: Beside the words of every shape.
FEEDBACK_WORDS = {
    **WORDS,
    "literal_error": "is neither accepted nor overridden",
    "value_error": "is no date-time such as 2026-03-02T09:00:00Z",
    "datetime_type": "is no date-time such as 2026-03-02T09:00:00Z",
}


def _read_item(shape: _Item, number: int) -> FeedbackItem:
    told = _find_reason(shape)
    comment = told.get("userComment")
    if isinstance(comment, str) and len(comment) > _LONGEST_COMMENT:
        raise BadRequest("is too long", element=f"feedback[{number}].overrideReason.userComment")
    return FeedbackItem(
        card=_read_id(shape.card),
        outcome=shape.outcome,
        at=shape.at,
        suggestions=_read_suggestions(shape.suggestions),
        reason=_read_coding(told.get("reason")),
        reason_words=_read_words(told.get("extension")),
        user_comment=comment.strip() if isinstance(comment, str) else "",
    )


def _find_reason(shape: _Item) -> Mapping[str, Any]:
    """`overrideReason`, or `overrideReasons` as Epic calls it; of a list the first."""
    for told in (shape.reason, shape.reasons):
        first = told[0] if isinstance(told, list) and told else told
        if isinstance(first, dict):
            return first
    return {}


def _read_suggestions(told: Any) -> tuple[str, ...]:
    """`[{"id": uuid}]`; a bare id is read too."""
    entries = told if isinstance(told, list) else []
    ids = (_read_line(entry.get("id") if isinstance(entry, dict) else entry) for entry in entries[:MAX_ITEMS])
    return tuple(_read_id(id) for id in ids if id)


def _read_coding(told: Any) -> Coding | None:
    if not isinstance(told, dict):
        return None
    code = _read_line(told.get("code"))
    return Coding(code, _read_line(told.get("system")), _read_line(told.get("display"))) if code else None


#: Where Epic writes a reason of its own build, the clearest first (checklist 5.C).
_EPIC_REASON = tuple(f"com.epic.cdshooks.feedback.overrideReason.reason{part}" for part in ("Display", "Title", "Category"))


def _read_words(extension: Any) -> str:
    if not isinstance(extension, dict):
        return ""
    return next((line for name in _EPIC_REASON if (line := _read_line(extension.get(name)))), "")


def _read_line(value: Any) -> str:
    """Text of one line, at most 256 characters; empty where it is none."""
    return " ".join(value[: 2 * _LONGEST_LINE].split())[:_LONGEST_LINE] if isinstance(value, str) else ""


def _read_id(text: str) -> str:
    """Bare, as our cards have it; the 3.0 model reads ids with `urn:uuid:` before them."""
    return text.removeprefix("urn:uuid:")
