"""Whatever is sent as a token, without the client's private key nobody is let in, and nothing breaks."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cds_hooks.errors import TrustStoreError
from cds_hooks.server.trust.jwk_set import read_jwk_set
from tests.security.attack_keys import ATTACKER, OTHER, OTHER_ISSUER, WARD
from tests.security.registered import CALL, Service
from tests.security.token_maker import ISSUER, SIGN, compose_claims, encode, sign, write_jwks

COUNT = 200
_SETTINGS = settings(max_examples=COUNT, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
#: What a token's own members may hold, near to right or far from it.
NEAR = JSON | st.sampled_from(["ES384", "RS384", "none", "HS384", "key-1", "JWT", ISSUER, OTHER_ISSUER, 2**31, 2**62, "a"])
HEADERS = st.dictionaries(st.sampled_from(["alg", "kid", "typ", "jku", "jwk", "x5c", "x5u", "crit", "b64", "cty", "zip"]), NEAR)
CLAIMS = st.dictionaries(st.sampled_from(["iss", "aud", "exp", "iat", "nbf", "jti", "tenant", "sub"]), NEAR)
HEADER_TEXT = st.text(st.characters(codec="latin-1", exclude_characters="\r\n\x00"), max_size=200)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder: Path = tmp_path_factory.mktemp("any-token")
    (folder / "ward.json").write_text(write_jwks(WARD))
    (folder / "other.json").write_text(write_jwks(OTHER))
    ward = {"name": "ward-ehr", "issuer": ISSUER, "jwks_file": "ward.json"}
    return Service(folder, ward, {"name": "other-ehr", "issuer": OTHER_ISSUER, "jwks_file": "other.json"})


def send(service: Service, authorization: str) -> int:
    return service.http.post(SIGN, json=CALL, headers={"Authorization": authorization}).status_code


@_SETTINGS
@given(text=HEADER_TEXT)
def test_no_text_is_let_in(service: Service, text: str) -> None:
    assert send(service, text) == 401
    assert send(service, f"Bearer {text}") == 401


@_SETTINGS
@given(parts=st.lists(st.binary(max_size=60), min_size=1, max_size=5))
def test_no_bytes_are_let_in(service: Service, parts: list[bytes]) -> None:
    assert send(service, "Bearer " + ".".join(map(encode, parts))) == 401


@_SETTINGS
@given(header=HEADERS | JSON, claims=CLAIMS | JSON, signature=st.binary(max_size=200))
def test_no_made_up_signature_is_let_in(service: Service, header: Any, claims: Any, signature: bytes) -> None:
    parts = [json.dumps(header).encode(), json.dumps(claims).encode(), signature or b"x"]
    assert send(service, "Bearer " + ".".join(map(encode, parts))) == 401


@_SETTINGS
@given(changes=CLAIMS)
def test_no_claims_are_let_in_under_a_strangers_signature(service: Service, changes: dict[str, Any]) -> None:
    assert send(service, f"Bearer {sign({**compose_claims(), **changes}, ATTACKER)}") == 401


@_SETTINGS
@given(place=st.integers(0, 10_000), letter=st.sampled_from("ABCxyz019-_"))
def test_no_letter_of_a_token_can_be_changed(service: Service, place: int, letter: str) -> None:
    token = sign(compose_claims(), WARD)
    place %= len(token)
    if token[place] in (".", letter):
        return
    assert send(service, f"Bearer {token[:place]}{letter}{token[place + 1 :]}") == 401


@_SETTINGS
@given(changes=CLAIMS)
def test_whatever_the_client_itself_claims_is_answered_without_breaking(service: Service, changes: dict[str, Any]) -> None:
    assert send(service, f"Bearer {sign({**compose_claims(), **changes}, WARD)}") in (200, 401)


@_SETTINGS
@given(content=st.binary(max_size=100) | JSON.map(lambda value: json.dumps({"keys": value}).encode()))
def test_no_key_set_breaks_its_reader(content: bytes) -> None:
    with contextlib.suppress(TrustStoreError):
        assert all(isinstance(kid, str) for kid in read_jwk_set(content))


@_SETTINGS
@given(members=st.dictionaries(st.sampled_from(["kty", "kid", "use", "alg", "key_ops", "crv", "x", "y", "n", "e", "d"]), NEAR))
def test_no_key_breaks_its_reader(members: dict[str, Any]) -> None:
    for base in ({"kty": "EC", "kid": "k", "crv": "P-384"}, {"kty": "RSA", "kid": "k", "e": "AQAB"}):
        with contextlib.suppress(TrustStoreError):  # NaN is no JSON
            read_jwk_set(json.dumps({"keys": [{**base, **members}]}).encode())
