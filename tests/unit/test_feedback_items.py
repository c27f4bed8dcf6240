"""Feedback as parsed: what the specification says, and what Epic sends instead."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cds_hooks.errors import BadRequest, TooLarge
from cds_hooks.hooks.feedback import FeedbackItem, count_feedback, read_feedback
from cds_hooks.hooks.response import Coding

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LEAST = {"card": "7d4b6d50-9a0e-4f4b-8f2e-0d9ad2d7d1c5", "outcome": "overridden", "outcomeTimestamp": "2026-03-02T09:00:00Z"}
REASON = {"code": "patient-refuses", "system": "urn:reasons", "display": "The patient refuses"}


def read(*items: Any) -> tuple[FeedbackItem, ...]:
    return read_feedback(json.dumps({"feedback": items}).encode())


def read_one(**members: Any) -> FeedbackItem:
    (item,) = read({**LEAST, **members})
    return item


def test_a_card_dismissed_without_a_reason_is_whole_feedback() -> None:
    assert read_one() == FeedbackItem(LEAST["card"], "overridden", AT)


def test_an_accepted_card_names_its_suggestions() -> None:
    item = read_one(outcome="accepted", acceptedSuggestions=[{"id": "s-1"}, {"id": "s-2"}])
    assert (item.outcome, item.suggestions) == ("accepted", ("s-1", "s-2"))


def test_ids_are_kept_bare_as_our_cards_have_them() -> None:
    item = read_one(card=f"urn:uuid:{LEAST['card']}", acceptedSuggestions=[{"id": "urn:uuid:s-1"}])
    assert (item.card, item.suggestions) == (LEAST["card"], ("s-1",))


def test_a_reason_and_a_comment_are_kept() -> None:
    item = read_one(overrideReason={"reason": REASON, "userComment": "Will call her"})
    assert item.reason == Coding("patient-refuses", "urn:reasons", "The patient refuses")
    assert item.user_comment == "Will call her"


def test_a_comment_never_shows_in_a_log_of_the_item() -> None:
    assert "Jansen" not in repr(read_one(overrideReason={"userComment": "Jansen refuses"}))


@pytest.mark.parametrize("reasons", [{"reason": REASON}, [{"reason": REASON}]])
def test_epic_calls_it_override_reasons(reasons: Any) -> None:
    item = read_one(card="123456", overrideReasons=reasons)
    assert (item.card, item.reason) == ("123456", Coding("patient-refuses", "urn:reasons", "The patient refuses"))


def test_epic_writes_a_reason_of_its_own_build_as_an_extension() -> None:
    prefix = "com.epic.cdshooks.feedback.overrideReason."
    told = {"extension": {f"{prefix}reasonCategory": "12", f"{prefix}reasonTitle": "Benefit outweighs risk"}}
    item = read_one(overrideReasons=told)
    assert (item.reason, item.reason_words) == (None, "Benefit outweighs risk")


@pytest.mark.parametrize(
    "members",
    [
        {"overrideReason": {"reason": "patient-refuses"}},
        {"overrideReason": {"reason": {"system": "urn:reasons"}}},
        {"overrideReason": []},
        {"overrideReason": 7, "overrideReasons": None},
        {"acceptedSuggestions": {"id": "s-1"}},
        {"extension": {"x": 1}, "somethingNew": [1]},
    ],
)
def test_what_cannot_be_read_of_the_rest_does_not_lose_the_item(members: Any) -> None:
    assert read_one(**members) == FeedbackItem(LEAST["card"], "overridden", AT)


def test_a_reason_that_sits_in_no_list_is_kept_with_what_it_has() -> None:
    assert read_one(overrideReason={"reason": {"code": " own \n reason "}}).reason == Coding("own reason", "")


def test_the_same_item_twice_counts_once_and_another_moment_is_another() -> None:
    later = {**LEAST, "outcomeTimestamp": "2026-03-02T09:00:01Z"}
    assert [item.at.second for item in read(LEAST, LEAST, later, LEAST)] == [0, 1]


@pytest.mark.parametrize(
    "moment", ["2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00+01:00", "2026-03-02t09:00:00z", "2026-03-02T09:00:00"]
)
def test_the_moment_is_read_in_utc(moment: str) -> None:
    assert read_one(outcomeTimestamp=moment).at == AT


@pytest.mark.parametrize(
    ("item", "element"),
    [
        ({**LEAST, "card": ""}, "feedback[0].card"),
        ({**LEAST, "card": 7}, "feedback[0].card"),
        ({**LEAST, "card": "x" * 257}, "feedback[0].card"),
        ({**LEAST, "card": "a\nb"}, "feedback[0].card"),
        ({**LEAST, "outcome": "ignored"}, "feedback[0].outcome"),
        ({**LEAST, "outcome": None}, "feedback[0].outcome"),
        ({**LEAST, "outcomeTimestamp": "soon"}, "feedback[0].outcomeTimestamp"),
        ({**LEAST, "outcomeTimestamp": 1772442000}, "feedback[0].outcomeTimestamp"),
        ({**LEAST, "outcomeTimestamp": "2026-03-02"}, "feedback[0].outcomeTimestamp"),
        ({**LEAST, "outcomeTimestamp": "0001-01-01T00:00:00+14:00"}, "feedback[0].outcomeTimestamp"),
        ({"card": "1", "outcome": "accepted"}, "feedback[0].outcomeTimestamp"),
        ({**LEAST, "overrideReason": {"userComment": "x" * 10_001}}, "feedback[0].overrideReason.userComment"),
        ("accepted", "feedback[0]"),
    ],
)
def test_an_item_that_does_not_say_what_became_of_which_card_is_refused(item: Any, element: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(item)
    assert refused.value.element == element
    assert "soon" not in str(refused.value)


@pytest.mark.parametrize(
    ("body", "element"),
    [(b"{", "body"), (b"[]", "body"), (b"{}", "feedback"), (b'{"feedback": {}}', "feedback"), (b"[" * 5000, "body")],
)  # fmt: skip
def test_a_body_that_is_no_feedback_is_refused(body: bytes, element: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read_feedback(body)
    assert refused.value.element == element


@pytest.mark.parametrize("body", [b" " * (1024 * 1024 + 1), json.dumps({"feedback": [LEAST] * 1001}).encode()])
def test_feedback_has_a_bound(body: bytes) -> None:
    with pytest.raises(TooLarge):
        read_feedback(body)


def test_it_is_counted_by_outcome_and_by_reasons_that_are_ours() -> None:
    other = {**REASON, "code": "own"}
    items = read(LEAST, {**LEAST, "outcome": "accepted"}, *({**LEAST, "overrideReason": {"reason": r}} for r in (REASON, other)))
    counts = count_feedback(items, {("urn:reasons", "patient-refuses")})
    assert (counts.accepted, counts.overridden, counts.known_reasons) == (1, 3, 1)
