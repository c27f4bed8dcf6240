"""Bodies that no client means to send: what is sent, what is answered, within bounds of time and memory."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.api.real_service import MAN, WOMAN, Json, describe, list_cards, open_client, post
from tests.timing import bounded_time

SIGN = "/cds-services/medication-order-sign"
BODY = json.dumps(describe(MAN))
FIVE_MB = 5_000_000

#: CPU seconds of this process for one call of 5 MB, and memory that it may take at its peak: far above what was measured
#: (2 s where each of 28,000 entries has to be read, 145 MB for a million empty lists), far below what would hurt.
MOST_SECONDS = 15.0
MOST_BYTES = 300_000_000


@contextmanager
def bounded_memory(most_bytes: int) -> Iterator[None]:
    """What Python itself allocates, at its peak."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < most_bytes, f"{peak / 1e6:.0f} MB"


def put(member: str) -> bytes:
    """The call with a member at the start of its prefetch, as it is written."""
    return BODY.replace('"prefetch": {', f'"prefetch": {{{member},', 1).encode()


def strip_ids(cards: list[Json]) -> str:
    """Cards without the ids that are new in each answer."""
    for card in cards:
        for holder in (card, *card.get("suggestions", ())):
            del holder["uuid"]
    return json.dumps(cards, sort_keys=True)


AS_EVER = strip_ids(list_cards(describe(MAN)))


def nest(levels: int, opened: str, closed: str) -> bytes:
    return put(f'"n": {opened * levels}1{closed * levels}')


#: What is wrong with the body; the words of the OperationOutcome.
REFUSED: list[tuple[str, bytes, str]] = [
    ("empty", b"", "is not JSON"),
    ("white space alone", b" \r\n\t", "is not JSON"),
    ("a lone leading surrogate in a text", put(r'"n": "\ud800"'), "is not JSON"),
    ("a lone trailing surrogate in a text", put(r'"n": "\udc00"'), "is not JSON"),
    ("surrogates the wrong way round", put(r'"n": "\ude00\ud83d"'), "is not JSON"),
    ("a lone surrogate in a name", put(r'"\ud800": 1'), "is not JSON"),
    ("a surrogate as UTF-8 bytes", put('"n": "@"').replace(b"@", b"\xed\xa0\x80"), "is not JSON"),
    ("half a character", put('"n": "@"').replace(b"@", b"\xf0\x9f\x98"), "is not JSON"),
    ("an overlong character", put('"n": "@"').replace(b"@", b"\xc0\xaf"), "is not JSON"),
    ("latin-1", put('"n": "é"').decode().encode("latin-1"), "is not JSON"),
    ("UTF-16", BODY.encode("utf-16"), "is not JSON"),
    ("two byte order marks", b"\xef\xbb\xbf" * 2 + BODY.encode(), "is not JSON"),
    ("gzip that nobody declared", gzip.compress(BODY.encode()), "is not JSON"),
    ("10,000 arrays in each other", nest(10_000, "[", "]"), "is nested deeper than 100 levels"),
    ("10,000 objects in each other", nest(10_000, '{"a":', "}"), "is nested deeper than 100 levels"),
    ("10,000 of both", nest(5_000, '[{"a":', "}]"), "is nested deeper than 100 levels"),
    ("a whole number of 400 digits", put(f'"n": {"9" * 400}'), "is not JSON"),
    ("a whole number of five million digits", put(f'"n": {"9" * FIVE_MB}'), "is not JSON"),
    ("a number beyond every float", put('"n": 1e400'), "is not JSON"),
    ("NaN", put('"n": NaN'), "is not JSON"),
    ("minus Infinity", put('"n": -Infinity'), "is not JSON"),
    ("a number with a zero before it", put('"n": 01'), "is not JSON"),
    ("a comment", put('"n": 1 /* one */'), "is not JSON"),
    ("a comma too many", put('"n": [1,]'), "is not JSON"),
    ("single quotes", put("'n': 1"), "is not JSON"),
    ("a raw line break in a text", put('"n": "a\nb"'), "is not JSON"),
    ("a NUL behind it", BODY.encode() + b"\0", "is not JSON"),
    ("two calls at once", BODY.encode() * 2, "is not JSON"),
    ("another hook said last", BODY[:-1].encode() + b', "hook": "order-select"}', "is not the hook of this service"),
]


@pytest.mark.parametrize(("body", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_body_that_is_no_call_is_400_and_says_so(body: bytes, said: str) -> None:
    with bounded_time(MOST_SECONDS):
        response = post(body)
    assert response.status_code == 400
    assert said in response.get_json()["issue"][0]["diagnostics"]


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "br", "zstd", "identity, gzip", "none"])
def test_a_compressed_body_is_415_and_never_unpacked(encoding: str) -> None:
    body = gzip.compress(b" " * 50_000_000, 1)
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}
    with bounded_memory(10_000_000), bounded_time(MOST_SECONDS):
        response = open_client().post(SIGN, data=body, headers=headers)
    assert (response.status_code, response.get_json()["issue"][0]["expression"]) == (415, ["Content-Encoding"])


#: What is odd about the body and changes nothing of the answer.
ANSWERED: list[tuple[str, bytes]] = [
    ("a byte order mark", b"\xef\xbb\xbf" + BODY.encode()),
    ("white space around it", b"\r\n\t " + BODY.encode() + b"\n" * 1000),
    ("a member twice: the last counts", b'{"hook": "order-select", ' + BODY.encode()[1:]),
    ("a number of 25 digits", put(f'"n": {"9" * 25}')),
    ("a number near the end of floats", put('"n": [1.7976931348623157e308, 5e-324, -0.0]')),
    ("a fraction of 10,000 digits", put(f'"n": 0.{"3" * 10_000}')),
    ("100 levels", nest(96, "[", "]")),
    ("a pair of surrogates", put(r'"n": "\ud83d\ude00"')),
    ("a name of zero characters", put('"": ""')),
    ("the answer to nothing asked", put('"n": {"resourceType": "Patient", "id": "other"}')),
]


@pytest.mark.parametrize("body", [row[1] for row in ANSWERED], ids=[row[0] for row in ANSWERED])
def test_what_is_odd_and_still_a_call_is_answered_as_ever(body: bytes) -> None:
    response = post(body)
    assert response.status_code == 200
    assert strip_ids(response.get_json()["cards"]) == AS_EVER


def test_a_call_that_comes_again_gets_the_same_cards() -> None:
    """hookInstance is no proof of who calls (S32): a client that lost the answer asks again."""
    body = describe(WOMAN)
    first, second = list_cards(body), list_cards(body)
    assert {card["uuid"] for card in first}.isdisjoint(card["uuid"] for card in second)
    assert strip_ids(first) == strip_ids(second)


def test_another_call_under_a_used_hook_instance_is_answered_for_itself() -> None:
    list_cards(describe(WOMAN))
    assert strip_ids(list_cards(describe(MAN))) == AS_EVER


def add_members(value: Any) -> Any:
    """`value` with members that nobody knows in every object of it."""
    if isinstance(value, list):
        return [add_members(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    known = {key: add_members(inner) for key, inner in value.items()}
    return {"newMember": {"a": [None, {}, ""]}, "_new": None, **known, "zuletzt": [[[]]], "": 0}


def test_unknown_members_everywhere_change_nothing() -> None:
    assert strip_ids(list_cards(add_members(describe(MAN)))) == AS_EVER


#: One character of each of the 17 planes that has any, and those that mean more than themselves.
PLANES = [chr(plane * 0x10000 + 0x1234) for plane in range(17)]
SPECIAL = ["\u0000", "\u200b", "\u200d", "\u202e", "\u2066", "\u2028", "\u0085", "\ufeff", "\ufffe", "\uffff", "e\u0301" * 50]


def write_names(body: Json, words: str) -> Json:
    """More words behind every text of a resource that is for people."""
    entries = [body["context"]["draftOrders"], *body["prefetch"].values()]
    resources = [entry["resource"] for holder in entries for entry in holder.get("entry", ())]
    concepts = [one[member] for one in resources for member in ("code", "medicationCodeableConcept") if member in one]
    for holder in concepts:
        holder["text"] = f"{holder['text']} {words}"
        for coding in holder.get("coding", ()):
            coding["display"] = f"{coding.get('display', '')} {words}"
    return body


@pytest.mark.parametrize("character", [*PLANES, *SPECIAL], ids=ascii)
def test_text_of_every_plane_is_read_and_changes_nothing_of_what_the_codes_say(character: str) -> None:
    cards = list_cards(write_names(describe(MAN), character * 3))
    assert [card["summary"] for card in cards] == [card["summary"] for card in json.loads(AS_EVER)]


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\U000e0041"], ids=ascii)
def test_what_turns_or_hides_text_is_in_no_sentence_of_a_card(character: str) -> None:
    body = describe(MAN, hook="order-select", selections=["order-1", f"Ord{character}er-2"])
    said = "".join(card["summary"] + card["detail"] for card in list_cards(body))
    assert "Order-2" in said
    assert character not in said


def write_problems(count: int) -> Json:
    code = {"coding": [{"system": "http://snomed.info/sct", "code": "1"}], "text": "some problem of the patient"}
    subject = {"reference": "Patient/patient-1"}
    entries = [{"resource": {"resourceType": "Condition", "id": f"c{n}", "subject": subject, "code": code}} for n in range(count)]
    return {"resourceType": "Bundle", "entry": entries}


#: The one that takes seconds where every allocation is counted.
SLOW = "28,000 problems"

#: Where five megabytes stand in the prefetch.
LARGE: list[tuple[str, Json]] = [
    ("a key that nobody asked for", {"nothing": "x" * FIVE_MB}),
    ("one text", {"conditions": {"resourceType": "Bundle", "id": "x" * FIVE_MB}}),
    ("text of two bytes each", {"nothing": "é" * (FIVE_MB // 2)}),
    (SLOW, {"conditions": write_problems(28_000)}),
    ("1.6 million numbers", {"nothing": [1] * (FIVE_MB // 3)}),
    ("1.2 million empty lists", {"nothing": [[]] * (FIVE_MB // 4)}),
    ("400,000 members", {"nothing": {str(number): 1 for number in range(400_000)}}),
]


@pytest.mark.parametrize("prefetch", [row[1] for row in LARGE], ids=[row[0] for row in LARGE])
def test_a_prefetch_of_five_megabytes_is_answered_in_time(prefetch: Json) -> None:
    body = describe(MAN)
    body["prefetch"] |= prefetch
    sent = json.dumps(body, ensure_ascii=False).encode()
    assert len(sent) > 4_000_000
    with bounded_time(MOST_SECONDS):
        assert post(sent).status_code == 200


@pytest.mark.parametrize("prefetch", [row[1] for row in LARGE if row[0] != SLOW], ids=[row[0] for row in LARGE if row[0] != SLOW])
def test_a_prefetch_of_five_megabytes_takes_bounded_memory(prefetch: Json) -> None:
    body = describe(MAN)
    body["prefetch"] |= prefetch
    sent = json.dumps(body, ensure_ascii=False).encode()
    with bounded_memory(MOST_BYTES):
        assert post(sent).status_code == 200
