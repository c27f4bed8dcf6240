"""Requests that are broken by chance: fixtures with changed members, changed bytes, odd headers, odd addresses."""

from __future__ import annotations

import copy
import json
from typing import Any
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from tests.api.fixture_files import SITUATIONS, find_file, read_expected, read_request
from tests.fuzz import requests_sent
from tests.fuzz.budget import send
from tests.fuzz.requests_sent import check, post
from tests.properties.test_cards_never_500 import CHANGES, ODD, any_json, change_at, list_paths
from tests.security.running import Running

situations = st.sampled_from(SITUATIONS)

#: Bytes that mean something in JSON, in UTF-8 or in neither.
_BYTES = st.sampled_from(
    [b"", b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"\\u0000", b"\\ud800", b"\x00", b"\xff", b"\xc3"]
)
_TOKENS = st.sampled_from([b"null", b"1e400", b"-0", b"NaN", b"Infinity", b"\xef\xbb\xbf", b"/*x*/", b"9" * 400, b"[" * 200])

_SERVICES = [
    "medication-order-sign",
    "medication-order-select",
    "x",
    "..",
    "%2e%2e",
    "a" * 3000,
    "%00",
    "%C3%A9",
    "sign;x",
    "sign?x=1",
]
_VALUES = st.sampled_from(
    ["", "x", "nl", "en;q=zz", "*;q=" + "9" * 300, "Bearer x", "Bearer", "a" * 8000, "application/json"]
) | st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)
_HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "Accept-Language", "Authorization", "Content-Encoding", "Content-Type", "Origin", "X-Request-Id"]),
    _VALUES,
    max_size=4,
)
_METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "FOO"])


@send(700)
@given(data=st.data(), situation=situations, changes=st.integers(1, 6))
def send_changed_members(service: Running, data: st.DataObject, situation: str, changes: int) -> None:
    body: Any = copy.deepcopy(read_request(situation))
    for _ in range(changes):
        path = data.draw(st.sampled_from(list_paths(situation)))
        how = data.draw(st.sampled_from(sorted(CHANGES)))
        body = change_at(body, path, how, copy.deepcopy(data.draw(st.sampled_from(ODD) | any_json)))
    check("changed members", *post(service, read_expected(situation).service, body))


def test_changed_members(service: Running) -> None:
    send_changed_members(service)


@send(600)
@given(data=st.data(), situation=situations, changes=st.integers(1, 4))
def send_changed_bytes(service: Running, data: st.DataObject, situation: str, changes: int) -> None:
    body = find_file(situation, "request.json").read_bytes()
    for _ in range(changes):
        start = data.draw(st.integers(0, len(body)))
        length = data.draw(st.sampled_from([0, 1, 2, 50, 5000]))
        body = body[:start] + data.draw(_BYTES | _TOKENS | st.binary(max_size=6)) + body[start + length :]
    check("changed bytes", *post(service, read_expected(situation).service, body))


def test_changed_bytes(service: Running) -> None:
    send_changed_bytes(service)


@send(400)
@given(
    service_id=st.sampled_from(_SERVICES), method=_METHODS, headers=_HEADERS, tail=st.sampled_from(["", "/", "/feedback", "/x"])
)
def send_odd_heads(service: Running, service_id: str, method: str, headers: dict[str, str], tail: str) -> None:
    body = json.dumps(read_request("unrelated-order")).encode() if method in ("POST", "PUT", "PATCH") else None
    path = f"/cds-services/{service_id}{tail}"
    status, content = requests_sent.send(service, method, path, body, headers)
    # gunicorn itself refuses what is no HTTP, in HTML
    kind = "odd heads" if content[:1] in (b"{", b"") else "pages"
    check(kind, status, content)


def test_odd_heads(service: Running) -> None:
    send_odd_heads(service)


@send(100)
@given(rule=st.text(max_size=60) | st.sampled_from(["lenalidomide.pregnant", "../x", "%2e%2e%2f", "<b>", "a" * 3000]))
def send_rule_pages(service: Running, rule: str) -> None:
    status, content = requests_sent.send(service, "GET", f"/rules/{quote(rule)}", None, {})
    assert rule not in ("<b>",) or b"<b>" not in content
    check("pages", status, content)


def test_rule_pages(service: Running) -> None:
    send_rule_pages(service)
