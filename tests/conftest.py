"""What holds for every test: each answer it gets from the service is one that CDS Hooks allows; the long ones begin first; and
where CDS_HOOKS_TEST_NO_SKIP is set, a test that skips has failed."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.invariants import check_answer, check_response

NO_SKIP = bool(os.environ.get("CDS_HOOKS_TEST_NO_SKIP"))

#: These take half a minute and more each: begun last, one core would be at work on them while the others wait.
LONG = frozenset({"test_mutation.py", "test_cards_missing_keys.py", "test_other_versions_any_json.py"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long ones first, each kind in its order."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _forbid_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    return _forbid_skip((yield))


def _forbid_skip(report: Any) -> Any:
    """An expected failure (xfail) is reported as skipped too, and stays what it is."""
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and CDS_HOOKS_TEST_NO_SKIP is set: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def every_answer_is_checked() -> Iterator[None]:
    """Whichever way a test asks: by Flask's test client, over a socket with requests, or the service without HTTP."""
    with pytest.MonkeyPatch.context() as patch:
        _check_answers_to_clients(patch)
        _check_answers_over_sockets(patch)
        _check_responses(patch)
        yield


def _check_answers_to_clients(patch: pytest.MonkeyPatch) -> None:
    from flask.testing import FlaskClient

    ask = FlaskClient.open

    def ask_and_check(client: FlaskClient, *args: Any, **how: Any) -> Any:
        answer = ask(client, *args, **how)
        check_answer(answer.request.method, answer.request.path, answer.status_code, answer.get_data())
        return answer

    patch.setattr(FlaskClient, "open", ask_and_check)


def _check_answers_over_sockets(patch: pytest.MonkeyPatch) -> None:
    from requests import PreparedRequest, Response, Session

    send = Session.send

    def send_and_check(session: Session, request: PreparedRequest, **how: Any) -> Response:
        answer = send(session, request, **how)
        path = urlsplit(request.url or "").path
        if "/cds-services" in str(path):
            check_answer(str(request.method), str(path), answer.status_code, answer.content)
        return answer

    patch.setattr(Session, "send", send_and_check)


def _check_responses(patch: pytest.MonkeyPatch) -> None:
    """Inside a call over HTTP an error would only become a 500; there the answer is checked."""
    from cds_hooks.server.state import OPEN_CALL
    from cds_hooks.service import advising

    compose = advising.compose_response

    def compose_and_check(*args: Any, **how: Any) -> Mapping[str, Any]:
        response = compose(*args, **how)
        if OPEN_CALL.get(None) is None:
            check_response(response)
        return response

    patch.setattr(advising, "compose_response", compose_and_check)
