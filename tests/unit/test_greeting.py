"""What `make run` shows: the URL, and one line to try."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cds_hooks.cli import start

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def fixtures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fixtures folder that holds the situation that is shown."""
    folder = tmp_path / "fixtures" / start.SHOWN_SITUATION
    folder.mkdir(parents=True)
    (folder / "request.json").write_text(json.dumps({"hook": "order-sign"}))
    monkeypatch.setattr(start, "find_fixtures_folder", lambda: tmp_path / "fixtures")
    return tmp_path


def test_the_greeting_names_the_url_and_one_call(fixtures: Path) -> None:
    *_, curl = start.compose_greeting("http://127.0.0.1:8080").splitlines()
    assert curl.strip().startswith("curl -s http://127.0.0.1:8080/cds-services/medication-order-sign ")
    assert "Content-Type: application/json" in curl


def test_the_path_is_short_from_the_checkout(fixtures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fixtures)
    assert " -d @fixtures/lenalidomide-pregnant/request.json " in start.compose_greeting("http://x")


def test_without_fixtures_there_is_only_the_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "find_fixtures_folder", lambda: tmp_path)
    assert len(start.compose_greeting("http://x").splitlines()) == 1
    assert start.find_warm_up() is None


def test_a_service_for_others_is_told_to_name_its_address() -> None:
    (line,) = start.find_warnings({}, "0.0.0.0")
    assert "CDS_HOOKS_BASE_URL" in line
    assert start.find_warnings({"CDS_HOOKS_BASE_URL": "https://cds.example.org"}, "0.0.0.0") == ()
    assert start.find_warnings({}, "127.0.0.1") == ()


def test_where_callers_need_a_token_the_greeting_says_how_to_get_one() -> None:
    greeting = start.compose_greeting("http://127.0.0.1:1", auth="required")
    assert "curl" not in greeting
    assert (ROOT / greeting.split()[-1]).is_file()
