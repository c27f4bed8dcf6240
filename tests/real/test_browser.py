"""A page in a real browser, on another port than the service: what CORS lets it see."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.fixture_files import read_request
from tests.real.browser import Page
from tests.security.running import run_service

SITUATION = "lenalidomide-pregnant"
SIGN = "/cds-services/medication-order-sign"


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    yield page
    page.stop()


def see(page: Page, folder: Path, origins: str, *, body: Any, path: str = SIGN) -> dict[str, Any]:
    with run_service(CDS_HOOKS_CORS_ORIGINS=origins, CDS_HOOKS_NOW="2026-03-02T10:00:00+01:00") as service:
        return page.read_answer(f"http://127.0.0.1:{service.port}{path}", body, folder)


def test_a_page_of_a_listed_origin_reads_the_cards(page: Page, tmp_path: Path) -> None:
    seen = see(page, tmp_path, page.origin, body=read_request(SITUATION))
    assert seen["status"] == 200
    assert seen["body"]["cards"][0]["indicator"] == "critical"


def test_a_page_of_a_listed_origin_reads_why_it_was_refused(page: Page, tmp_path: Path) -> None:
    seen = see(page, tmp_path, page.origin, body={"hook": "order-sign"})
    assert (seen["status"], seen["body"]["resourceType"]) == (400, "OperationOutcome")
    assert seen["request"]


def test_a_page_of_another_origin_sees_nothing(page: Page, tmp_path: Path) -> None:
    seen = see(page, tmp_path, "https://ehr.example.org", body=read_request(SITUATION))
    assert seen == {"error": "TypeError: Failed to fetch"}


def test_a_page_of_a_listed_origin_sends_feedback(page: Page, tmp_path: Path) -> None:
    item = {"card": "1", "outcome": "overridden", "outcomeTimestamp": "2026-03-02T09:00:00Z"}
    assert see(page, tmp_path, page.origin, body={"feedback": [item]}, path=f"{SIGN}/feedback")["status"] == 200
