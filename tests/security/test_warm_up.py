"""The first call, which loads what is loaded on first use, is made where tokens are required too; nobody else can make it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cds_hooks.server.warm_up import WARM_UP, WarmUp, make_first_call
from tests.security.registered import CALL, Log, Service
from tests.security.token_maker import ISSUER, SIGN, make_ec_key, write_jwks


@pytest.fixture
def service(tmp_path: Path) -> Service:
    (tmp_path / "ward.json").write_text(write_jwks(make_ec_key("ward")))
    return Service(tmp_path, {"name": "ward-ehr", "issuer": ISSUER, "jwks_file": "ward.json"})


def test_it_needs_no_token_may_fetch_nothing_and_is_not_logged(service: Service, log: Log) -> None:
    make_first_call(service.app, WarmUp(SIGN, json.dumps(CALL).encode()))
    (caller,) = service.advice.callers
    assert (caller.name, caller.fhir_servers) == ("", ())
    assert log.calls == []


@pytest.mark.parametrize("header", [WARM_UP, "cds-hooks-warm-up", f"HTTP_{WARM_UP}"])
def test_no_header_makes_a_call_the_first_one(service: Service, header: str) -> None:
    assert service.http.post(SIGN, json=CALL, headers={header: "True"}).status_code == 401
