"""Every code that `cards/` lists is recognised in a clinical case, from the bytes of the request to the cards of the response."""

from __future__ import annotations

import pytest

from cds_hooks.knowledge.source import read_yaml
from mutation.card_files import read_card_files
from mutation.codes import dropping, find_codes, find_equivalent_codes
from tests.clinical.build import read_now
from tests.clinical.code_rows import (
    CODES,
    CodeRow,
    build_with_code,
    expect_without_words,
    put_code,
    read_all_cases,
    read_code_rows,
)
from tests.clinical.expect import find_differences
from tests.clinical.run import read_vocabulary, run_case

ROWS = list(read_code_rows())
VOCABULARY = read_vocabulary()
SETS = VOCABULARY.sets
EQUIVALENT = find_equivalent_codes()
#: A code that no system has.
NONSENSE = "0000000"


def is_equivalent(row: CodeRow) -> bool:
    return (row.set, row.system, row.code, row.is_excluded) in EQUIVALENT


def find_row_differences(row: CodeRow, code: str) -> list[str]:
    rule, case = read_all_cases()[row.case]
    request = put_code(build_with_code(row), row.code, row.system, code, text=row.text)
    response, assessment = run_case(request, now=read_now(case), site=case.site)
    return find_differences(expect_without_words(case.expect), rule, response, assessment)


@pytest.mark.parametrize("row", [row for row in ROWS if not row.is_excluded], ids=lambda row: row.id)
def test_a_code_is_recognised_in_a_case(row: CodeRow) -> None:
    assert find_row_differences(row, row.code) == []


@pytest.mark.parametrize("row", [row for row in ROWS if row.is_excluded], ids=lambda row: row.id)
def test_a_code_left_out_on_purpose_is_not_recognised(row: CodeRow) -> None:
    assert find_row_differences(row, row.code) != []


@pytest.mark.parametrize(
    "row", list({(r.case, r.instead): r for r in ROWS if r.set not in SETS}.values()), ids=lambda row: row.id
)
def test_the_case_hangs_on_the_code_of_a_measurement_or_topic(row: CodeRow) -> None:
    assert find_row_differences(row, NONSENSE) != []


@pytest.mark.parametrize("row", [row for row in ROWS if row.set in SETS and not is_equivalent(row)], ids=lambda row: row.id)
def test_the_case_hangs_on_the_code_in_its_own_set(row: CodeRow) -> None:
    with dropping(VOCABULARY, row.set, row.system, row.code):
        assert (find_row_differences(row, row.code) == []) is row.is_excluded


def test_nearly_every_code_of_the_cards_has_a_row() -> None:
    unused = set(read_yaml(CODES).data["unused"])
    every = {(owner, system, code) for owner, system, code, _ in find_codes(read_card_files()) if owner not in unused}
    rows = {(row.set, row.system, row.code) for row in ROWS}
    assert len(every & rows) >= 0.95 * len(every), f"run python -m mutation.codes; without a row: {sorted(every - rows)[:20]}"
