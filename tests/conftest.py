"""What holds for every test: where CDS_HOOKS_TEST_NO_SKIP is set, a test that skips has failed."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest

NO_SKIP = bool(os.environ.get("CDS_HOOKS_TEST_NO_SKIP"))


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
