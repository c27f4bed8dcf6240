"""`docs/conformance.md` and the tests say the same: every requirement once, every test named, nothing open unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conformance.requirement_ids import REQUIREMENTS
from tests.conformance.table import ROWS, Row

#: Requirements that are not met yet; each is a row that says so.
NOT_YET = 0

_MODULES = sorted(Path(__file__).parent.glob("test_2*.py"))
_TESTS = {name for path in _MODULES for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)}

every_row = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])


def test_every_requirement_stands_in_the_table_exactly_once() -> None:
    assert len(set(REQUIREMENTS)) == len(REQUIREMENTS) == 132
    assert [row.id for row in ROWS] == list(REQUIREMENTS)


@every_row
def test_a_row_names_tests_of_its_own_that_exist(row: Row) -> None:
    assert row.tests
    assert set(row.tests) <= _TESTS
    assert all(name.startswith(f"test_{row.id.lower()}_") for name in row.tests)


def test_every_test_is_named_in_the_table() -> None:
    assert {name for row in ROWS for name in row.tests} == _TESTS


@every_row
def test_a_row_is_met_or_says_why_not(row: Row) -> None:
    assert row.how in ("met", "declined", "not applicable", "not yet")
    assert row.how == "met" or len(row.why) > 10


def test_only_what_binds_the_client_is_not_applicable() -> None:
    assert {row.who for row in ROWS if row.how == "not applicable"} == {"C"}


def test_nothing_that_shall_be_is_declined() -> None:
    assert not [row.id for row in ROWS if row.how == "declined" and re.match("SHALL|should", row.level)]


def test_how_many_are_not_met_yet() -> None:
    assert len([row for row in ROWS if row.how == "not yet"]) == NOT_YET


def test_each_part_of_the_checklist_has_its_module() -> None:
    assert [path.name[5:7] for path in _MODULES] == [f"2{letter}" for letter in "abcdefghijkl"]
