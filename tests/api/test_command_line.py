"""The command `cds-hooks`: what it prints, and its exit codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.cli import commands, main
from cds_hooks.errors import KnowledgeError, MissingNecessaryData


@pytest.fixture(autouse=True)
def wired(monkeypatch: pytest.MonkeyPatch, advice: Any) -> None:
    """The commands run on the made-up advice."""
    monkeypatch.setattr(commands, "load_advice", lambda settings: advice)


@pytest.fixture
def request_file(tmp_path: Path, call: dict[str, Any]) -> str:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(call))
    return str(path)


def test_evaluate_prints_the_response(request_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", request_file]) == 0
    assert json.loads(capsys.readouterr().out)["cards"][0]["summary"] == "Stop"


def test_evaluate_explains(request_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", request_file, "--explain"]) == 0
    assert capsys.readouterr().out == "made-up.rule  fired\n"


def test_evaluate_in_dutch(request_file: str, advice: Any) -> None:
    main(["evaluate", request_file, "--language", "nl"])
    assert advice.asked[0][1] == "nl"


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("2026-04-25", datetime(2026, 4, 25, 23, 59, 59, tzinfo=UTC)),
        ("2026-04-25T10:00", datetime(2026, 4, 25, 10, tzinfo=UTC)),
        ("2026-04-25T10:00:00+02:00", datetime(2026, 4, 25, 8, tzinfo=UTC)),
    ],
)
def test_evaluate_at_another_moment(request_file: str, advice: Any, text: str, now: datetime) -> None:
    main(["evaluate", request_file, "--now", text])
    assert advice.asked[0][2] == now


def test_a_wrong_moment_is_wrong_use(request_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", request_file, "--now", "25-04-2026"]) == 2
    assert capsys.readouterr().err.startswith("cds-hooks: --now: ")


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"hook": "patient-view"}', '{"hook": "order-sign"}'])
def test_a_request_that_would_be_4xx_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(body)
    assert main(["evaluate", str(path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_file_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "/no/such/request.json"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_missing_necessary_data_is_exit_code_2(request_file: str, advice: Any) -> None:
    advice.error = MissingNecessaryData("is required", element="prefetch.patient")
    assert main(["evaluate", request_file]) == 2


def test_check_counts_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "1 rules, no findings" in capsys.readouterr().out


def test_check_prints_every_finding_and_is_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(settings: object) -> None:
        raise KnowledgeError(["cards/a.yaml:1: x; y", "cards/b.yaml:2: z; w"])

    monkeypatch.setattr(commands, "load_advice", refuse)
    assert main(["check"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    "argv",
    [[], ["fly"], ["serve", "--port", "0"], ["serve", "--workers", "0"], ["evaluate"], ["evaluate", "x", "--language", "de"]],
)
def test_wrong_use_is_exit_code_2(argv: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(argv)


def test_serve_off_loopback_asks_for_a_choice(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CDS_HOOKS_AUTH", raising=False)
    assert main(["serve", "--host", "0.0.0.0"]) == 2
    assert "CDS_HOOKS_AUTH=off" in capsys.readouterr().err


def test_a_misspelt_setting_is_warned_of(
    request_file: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDS_HOOKS_LANGUGE", "nl")
    assert main(["evaluate", request_file]) == 0
    assert "did you mean CDS_HOOKS_LANGUAGE?" in capsys.readouterr().err
