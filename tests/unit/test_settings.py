"""CDS_HOOKS_* variables: what they give, and what is refused at start."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.errors import SettingsError
from cds_hooks.settings import SETTINGS, find_unknown_settings, read_settings
from cds_hooks.settings.auth import check_workers


def test_without_any_variable_the_defaults_of_the_contract_hold() -> None:
    settings = read_settings({})
    assert (settings.auth, settings.base_url, settings.language) == ("off", "http://127.0.0.1:8080", "en")
    assert (settings.max_body_bytes, settings.max_drafts) == (10 * 1024 * 1024, 1000)
    assert settings.fhir_timeout == timedelta(seconds=3)
    assert settings.cors_origins == ("*",)
    assert (settings.fhir_servers, settings.now, settings.site) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("CDS_HOOKS_BASE_URL", "https://cds.example.org/x/", "base_url", "https://cds.example.org/x"),
        ("CDS_HOOKS_FHIR_TIMEOUT", "0.5", "fhir_timeout", timedelta(milliseconds=500)),
        ("CDS_HOOKS_FHIR_SERVERS", "https://a.example/fhir/, http://localhost:1", "fhir_servers", ("https://a.example/fhir", "http://localhost:1")),
        ("CDS_HOOKS_MAX_BODY", "1", "max_body_bytes", 1),
        ("CDS_HOOKS_LANGUAGE", " nl ", "language", "nl"),
        ("CDS_HOOKS_LANGUAGE", "", "language", "en"),
        ("CDS_HOOKS_CORS_ORIGINS", "https://a.example", "cors_origins", ("https://a.example",)),
    ],
)  # fmt: skip
def test_a_variable_gives_its_value(name: str, text: str, field: str, value: Any) -> None:
    assert getattr(read_settings({name: text}), field) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("CDS_HOOKS_AUTH", "on"),
        ("CDS_HOOKS_CLIENTS", "/no/such/file.yaml"),
        ("CDS_HOOKS_JWKS_MAX_AGE", "0"),
        ("CDS_HOOKS_JWKS_MAX_AGE", "604801"),
        ("CDS_HOOKS_MAX_TOKEN_AGE", "3601"),
        ("CDS_HOOKS_MAX_TOKEN_AGE", "15m"),
        ("CDS_HOOKS_REDIS_URL", "127.0.0.1:6379"),
        ("CDS_HOOKS_REDIS_URL", "http://127.0.0.1:6379"),
        ("CDS_HOOKS_BASE_URL", "cds.example.org"),
        ("CDS_HOOKS_BASE_URL", "ftp://cds.example.org"),
        ("CDS_HOOKS_BASE_URL", "https://u:p@cds.example.org"),
        ("CDS_HOOKS_BASE_URL", "https://cds.example.org/?a=b"),
        ("CDS_HOOKS_CORS_ORIGINS", "https://a.example/"),
        ("CDS_HOOKS_FHIR_SERVERS", "http://ehr.example.org/fhir"),
        ("CDS_HOOKS_FHIR_TIMEOUT", "0"),
        ("CDS_HOOKS_FHIR_TIMEOUT", "NaN"),
        ("CDS_HOOKS_FHIR_TIMEOUT", "3s"),
        ("CDS_HOOKS_LANGUAGE", "de"),
        ("CDS_HOOKS_MAX_BODY", "-1"),
        ("CDS_HOOKS_MAX_DRAFTS", "0"),
        ("CDS_HOOKS_NOW", "2026-04-25T10:00:00"),
        ("CDS_HOOKS_NOW", "yesterday"),
        ("CDS_HOOKS_PROFILE", "no-such-profile"),
        ("CDS_HOOKS_SMART_APP", "http://app.example.org/launch"),
        ("CDS_HOOKS_SMART_APP", "https://u:p@app.example.org/launch"),
        ("CDS_HOOKS_SMART_APP", "https://app.example.org/launch#top"),
        ("CDS_HOOKS_SMART_APP", "/launch"),
        ("CDS_HOOKS_SITE", "/no/such/file.yaml"),
        ("CDS_HOOKS_CARDS", "/no/such/folder"),
        ("CDS_HOOKS_TIMEZONE", "Europe/Zwolle"),
        ("CDS_HOOKS_TIMEZONE", "../etc/passwd"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: "):
        read_settings({name: text})


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.5", "::", "cds.example.org", ""])
def test_off_loopback_the_operator_has_to_choose(host: str) -> None:
    with pytest.raises(SettingsError, match=r"CDS_HOOKS_AUTH=off or CDS_HOOKS_AUTH=required"):
        read_settings({}, host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]"])
def test_on_loopback_auth_is_off_by_default(host: str) -> None:
    assert read_settings({}, host=host).auth == "off"


def test_off_loopback_no_origin_is_allowed_by_default() -> None:
    assert read_settings({"CDS_HOOKS_AUTH": "off"}, host="0.0.0.0").cors_origins == ()


@pytest.mark.parametrize(
    ("host", "url"), [("localhost", "http://localhost:9"), ("::1", "http://[::1]:9"), ("0.0.0.0", "http://127.0.0.1:9")]
)
def test_links_lead_to_the_address_bound_to(host: str, url: str) -> None:
    assert read_settings({"CDS_HOOKS_AUTH": "off"}, host=host, port=9).base_url == url


@pytest.mark.parametrize("url", ["https://app.example.org/launch?client=9", "http://127.0.0.1:4013/launch.html"])
def test_a_smart_app_is_launched_at_the_url_as_it_is(url: str) -> None:
    assert read_settings({"CDS_HOOKS_SMART_APP": url}).smart_app == url


@pytest.mark.parametrize("name", ["epic", "oracle", "sandbox"])
def test_a_shipped_profile_is_known_by_name(name: str) -> None:
    assert read_settings({"CDS_HOOKS_PROFILE": name}).profile.name == name


def test_a_profile_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ward.yaml"
    path.write_text("language: nl\nselection_behavior: any\ntopic_code: alphanumeric\n")
    profile = read_settings({"CDS_HOOKS_PROFILE": str(path)}).profile
    assert (profile.language, profile.selection_behavior, profile.topic_code) == ("nl", "any", "alphanumeric")


def test_an_unknown_key_in_a_profile_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ward.yaml"
    path.write_text("language: nl\ncolour: red\n")
    with pytest.raises(SettingsError, match=r"ward\.yaml:2: .*colour"):
        read_settings({"CDS_HOOKS_PROFILE": str(path)})


def test_a_misspelt_variable_is_heard_of() -> None:
    (line,) = find_unknown_settings({"CDS_HOOKS_LANGAUGE": "nl", "CDS_HOOKS_TEST_NO_SKIP": "1", "PATH": "/bin"})
    assert line == "CDS_HOOKS_LANGAUGE is no setting and is not used; did you mean CDS_HOOKS_LANGUAGE?"


def test_every_setting_has_a_meaning_and_they_are_in_order() -> None:
    names = [setting.name for setting in SETTINGS]
    assert names == sorted(names)
    assert all(setting.meaning for setting in SETTINGS)


@pytest.fixture
def required(tmp_path: Path) -> dict[str, str]:
    """Settings that require authentication, with a clients file."""
    path = tmp_path / "clients.yaml"
    path.write_text("clients: [{name: ward-ehr, issuer: https://ehr.example.org, jwks_url: https://ehr.example.org/jwks}]\n")
    return {"CDS_HOOKS_AUTH": "required", "CDS_HOOKS_CLIENTS": str(path), "CDS_HOOKS_BASE_URL": "https://cds.example.org"}


def test_with_authentication_no_origin_is_allowed_by_default(required: dict[str, str]) -> None:
    settings = read_settings(required)
    assert (settings.auth, settings.cors_origins) == ("required", ())
    assert (settings.max_token_age, settings.jwks_max_age) == (timedelta(minutes=15), timedelta(days=1))


@pytest.mark.parametrize(
    ("name", "value"), [("CDS_HOOKS_CLIENTS", ""), ("CDS_HOOKS_BASE_URL", ""), ("CDS_HOOKS_NOW", "2026-03-02T10:00:00Z")]
)
def test_what_authentication_needs_or_forbids_is_said_by_name(required: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}: "):
        read_settings({**required, name: value}, host="10.0.0.5")


def test_several_workers_need_the_shared_store() -> None:
    check_workers("required", None, 1)
    check_workers("required", "redis://127.0.0.1", 4)
    check_workers("off", None, 4)
    with pytest.raises(SettingsError, match=r"^CDS_HOOKS_REDIS_URL: unset, and 2 workers"):
        check_workers("required", None, 2)


def test_the_password_of_the_redis_is_not_said() -> None:
    settings = read_settings({"CDS_HOOKS_REDIS_URL": "redis://:geheim@127.0.0.1:6379/0"})
    assert "geheim" not in repr(settings)
    with pytest.raises(SettingsError) as caught:
        read_settings({"CDS_HOOKS_REDIS_URL": "http://:geheim@127.0.0.1"})
    assert "geheim" not in str(caught.value)
