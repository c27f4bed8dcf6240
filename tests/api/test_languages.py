"""The language of an answer: the profile's, else Accept-Language, else CDS_HOOKS_LANGUAGE, else English."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

SIGN = "/cds-services/medication-order-sign"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("nl", "nl"),
        ("nl-NL", "nl"),
        ("NL-be;q=0.9, en;q=0.1", "nl"),
        ("en;q=0.1, nl-NL", "nl"),
        ("de, fr;q=0.9, nl;q=0.2", "nl"),
        ("en-GB, nl;q=0.9", "en"),
        ("nl;q=0, en", "en"),
        ("nl;q=0, *", "en"),
        ("de", "en"),
        ("*", "en"),
        (";;;,,q=", "en"),
        ("nl," * 100, "en"),
    ],
)
def test_accept_language_is_weighed(client: FlaskClient, call: dict[str, Any], header: str, language: str) -> None:
    response = client.post(SIGN, json=call, headers={"Accept-Language": header})
    assert response.headers["Content-Language"] == language


def test_the_setting_stands_where_the_call_asks_nothing(make_client: Callable[..., FlaskClient], call: dict[str, Any]) -> None:
    response = make_client(CDS_HOOKS_LANGUAGE="nl").post(SIGN, json=call, headers={"Accept-Language": "de, *;q=0.1"})
    assert response.headers["Content-Language"] == "nl"


def test_the_profile_of_the_client_goes_first(
    make_client: Callable[..., FlaskClient], call: dict[str, Any], advice: Any, tmp_path: Path
) -> None:
    profile = tmp_path / "ward.yaml"
    profile.write_text("language: nl\n")
    make_client(CDS_HOOKS_PROFILE=str(profile)).post(SIGN, json=call, headers={"Accept-Language": "en"})
    assert advice.asked[0][1] == "nl"


def test_caches_are_told_what_the_answer_depends_on(client: FlaskClient, call: dict[str, Any]) -> None:
    assert client.post(SIGN, json=call).headers["Vary"] == "Accept-Language, Origin"


def test_a_refusal_is_in_the_language_asked_for(client: FlaskClient) -> None:
    response = client.post(SIGN, json={"hook": "order-sign"}, headers={"Accept-Language": "nl"})
    outcome = response.get_json()
    assert response.headers["Content-Language"] == outcome["language"] == "nl"
    assert outcome["issue"][0]["details"]["text"] == "hookInstance: is verplicht"


def test_the_answer_is_made_for_the_profile_of_the_call(
    make_client: Callable[..., FlaskClient], call: dict[str, Any], advice: Any
) -> None:
    make_client(CDS_HOOKS_PROFILE="epic").post(SIGN, json=call)
    assert [caller.profile.name for caller in advice.callers] == ["epic"]
