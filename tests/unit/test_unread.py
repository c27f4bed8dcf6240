"""A call is read by its shape: the same is taken, the same refused, and what comes out is the same, entry for entry."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.calls import build_calls
from cds_hooks.errors import BadRequest
from cds_hooks.hooks import unread
from cds_hooks.hooks.json_body import read_json_object
from cds_hooks.hooks.unread import UnreadBundle, read_call

Call = dict[str, Any]
Change = Callable[[Call], object]


@pytest.fixture(autouse=True)
def _by_shape_whatever_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread, "SMALLEST", 0)


def build() -> Call:
    call: Call = json.loads(build_calls(20, variants=1)[0])
    return call


def write(call: Call) -> bytes:
    return json.dumps(call, ensure_ascii=False).encode()


def bring_together(call: Call) -> Call:
    """The call with every Bundle read, and of its members only those that anybody looks at."""
    context = {**call["context"], "draftOrders": _read(call["context"]["draftOrders"])}
    prefetch = {key: _read(value) for key, value in (call.get("prefetch") or {}).items()}
    return {**call, "context": context, "prefetch": prefetch}


def _read(value: Any) -> Any:
    bundle = value.read() if isinstance(value, UnreadBundle) else value
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        return bundle
    return {name: bundle[name] for name in ("resourceType", "entry", "total", "link") if name in bundle}


def find_entries(call: Call, key: str = "observations") -> list[Any]:
    entries: list[Any] = call["prefetch"][key]["entry"]
    return entries


def nest(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def test_an_ordinary_call_is_left_unread_and_is_the_same_when_read() -> None:
    body = build_calls(200, variants=1)[0]
    call = read_call(body)
    assert isinstance(call["prefetch"]["observations"], UnreadBundle)
    assert bring_together(call) == bring_together(read_json_object(body))


def test_what_is_left_unread_shows_nothing_of_the_patient() -> None:
    left = read_call(build_calls(20, variants=1)[0])["prefetch"]["observations"]
    assert repr(left) == "UnreadBundle()"


def test_a_small_call_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    body = write(build())
    monkeypatch.setattr(unread, "SMALLEST", len(body) + 1)
    assert read_call(body) == read_json_object(body)


@pytest.mark.parametrize("place", [0, 47, 48, 150, 199])
def test_one_level_too_many_is_seen_wherever_it_is(place: int) -> None:
    call: Call = json.loads(build_calls(200, variants=1)[0])
    resource = find_entries(call)[place]["resource"]
    resource["extension"] = nest(94)
    assert isinstance(read_call(write(call))["prefetch"]["observations"], dict)
    resource["extension"] = nest(95)
    with pytest.raises(BadRequest):
        read_call(write(call))


CHANGES: dict[str, Change] = {
    "a member that CDS Hooks does not know": lambda call: call.update(more=nest(3)),
    "no prefetch": lambda call: call.pop("prefetch"),
    "prefetch null": lambda call: call.update(prefetch=None),
    "a key null": lambda call: call["prefetch"].update(observations=None),
    "a key of ours left out": lambda call: call["prefetch"].pop("allergies"),
    "a key that is not ours": lambda call: call["prefetch"].update(encounters=call["prefetch"]["allergies"]),
    "a resource where a Bundle may be": lambda call: call["prefetch"].update(allergies={"resourceType": "AllergyIntolerance"}),
    "entry null": lambda call: call["prefetch"]["observations"].update(entry=None),
    "entry an object": lambda call: call["prefetch"]["observations"].update(entry={}),
    "entries that are no objects": lambda call: find_entries(call).extend([None, 1, "x", [], nest(80)]),
    "total a text": lambda call: call["prefetch"]["observations"].update(total="20"),
    "total beyond all counting": lambda call: call["prefetch"]["observations"].update(total=10**30),
    "a link": lambda call: call["prefetch"]["observations"].update(link=[{"relation": "next", "url": "https://x.example"}]),
    "a Bundle with what no Bundle has": lambda call: call["prefetch"]["observations"].update(more=1),
    "hook a number": lambda call: call.update(hook=1),
    "a server": lambda call: call.update(fhirServer="https://x.example", fhirAuthorization={"access_token": "x"}),
    "selections": lambda call: call["context"].update(selections=["MedicationRequest/1"]),
    "context with what 1.0 had": lambda call: call["context"].update(medications={}),
    "other letters": lambda call: find_entries(call)[3]["resource"].update(note=[{"text": "µg – ŝ"}]),
    "a value of three hundred digits": lambda call: find_entries(call)[3]["resource"].update(valueInteger=10**300),
    "a hundred levels": lambda call: find_entries(call)[3]["resource"].update(extension=nest(94)),
    "a hundred levels in the context": lambda call: call["context"]["draftOrders"].update(meta=nest(97)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_of_whatever_shape_the_call_is_the_same(change: Change) -> None:
    call = build()
    change(call)
    assert bring_together(read_call(write(call))) == bring_together(read_json_object(write(call)))


REFUSED: dict[str, Callable[[Call], bytes]] = {
    "one level too many in an entry": lambda call: (
        find_entries(call)[3]["resource"].update(extension=nest(95))
        or write(call)  # body, prefetch, Bundle, entries, entry, resource
    ),
    "one level too many in the meta of a Bundle": lambda call: (
        call["prefetch"]["observations"].update(meta=nest(98)) or write(call)
    ),
    "no UTF-8 in what nobody reads": lambda call: write(call).replace(b"Laboratory", b"Labor\xfftory", 1),
    "no JSON in what nobody reads": lambda call: write(call).replace(b'"text": "Laboratory"', b'"text": "Lab\x01"', 1),
    "a number that is none": lambda call: write(call).replace(b'"value": ', b'"value": 0', 1),
    "a comma too many": lambda call: write(call).replace(b"}]", b"},]", 1),
    "cut off": lambda call: write(call)[:-1],
    "two": lambda call: write(call) * 2,
}


@pytest.mark.parametrize("break_it", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_is_refused_in_the_same_words(break_it: Callable[[Call], bytes]) -> None:
    body = break_it(build())
    with pytest.raises(BadRequest) as whole:
        read_json_object(body)
    with pytest.raises(BadRequest) as read:
        read_call(body)
    assert (str(read.value), read.value.values) == (str(whole.value), whole.value.values)
