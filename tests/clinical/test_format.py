"""The case files themselves: strict, complete over the table's cells, and built into valid FHIR R4."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest
from fhir.resources.R4B import get_fhir_model_class

from tests.clinical.build import build_request, find_resources
from tests.clinical.expect import NOT_CHECKED
from tests.clinical.format import Case, CaseFile, Cell
from tests.clinical.load import FOLDER, LoadedCase, find_case_files, merge, read_case_file, read_cases

FILES = find_case_files()
CASES = [case for path in FILES for case in read_cases(path)]
RULES = sorted({read_case_file(path).rule for path in FILES})
FEWEST_CASES = 8


def _files_of(rule: str) -> list[Path]:
    return [path for path in FILES if read_case_file(path).rule == rule]


def _named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_a_file_lies_in_the_folder_of_its_medicine(path: Path) -> None:
    assert read_case_file(path).rule.split(".")[0] == path.parent.name


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_every_case_of_a_file_has_a_name_of_its_own(path: Path) -> None:
    names = Counter(loaded.case.name for loaded in read_cases(path))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_eight_cases_or_says_why_not(rule: str) -> None:
    files = [read_case_file(path) for path in _files_of(rule)]
    count = sum(len(file.cases) for file in files)
    assert count >= FEWEST_CASES or any(file.fewer_because for file in files), f"{rule} has only {count} cases"


@pytest.mark.parametrize("rule", RULES)
def test_every_cell_of_a_rule_is_filled_or_cannot_exist(rule: str) -> None:
    paths = _files_of(rule)
    filled = {cell for path in paths for loaded in read_cases(path) for cell in loaded.case.cells}
    excused = {cell for path in paths for cell in read_case_file(path).not_possible}
    assert {"open": set(get_args(Cell)) - filled - excused, "both": filled & excused} == {"open": set(), "both": set()}


@pytest.mark.parametrize("loaded", CASES, ids=lambda loaded: loaded.id)
def test_the_built_request_is_valid_fhir(loaded: LoadedCase) -> None:
    if loaded.case.invalid_fhir:
        return
    for resource in find_resources(build_request(loaded.case, name=loaded.id)):
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize("loaded", CASES, ids=lambda loaded: loaded.id)
def test_an_expectation_is_whole(loaded: LoadedCase) -> None:
    expect = loaded.case.expect
    assert (expect.outcome != "fired") or expect.level, "a rule that fires has a level"
    assert (expect.outcome != "unknown") or bool(expect.level) != expect.silent, "say `level:` or `silent: true`"
    assert expect.outcome in ("fired", "unknown") or expect.level is None, "a rule that does not fire has no level"
    assert NOT_CHECKED not in expect.also, "use `not_checked:`"


def _case_file(**facts: Any) -> dict[str, Any]:
    patient = {"sex": "female", "born": "1990-05-17"}
    return {"name": "A woman of 35 years", "patient": patient, "expect": {"outcome": "cleared"}, **facts}


def test_a_misspelt_fact_is_refused() -> None:
    with pytest.raises(ValueError, match="alergies"):
        Case.model_validate(_case_file(alergies=["lenalidomide"]))


def test_a_misspelt_key_of_a_file_is_refused() -> None:
    with pytest.raises(ValueError, match="reason_why"):
        CaseFile.model_validate({"rule": "a.b", "source": "4.2", "cases": [], "reason_why": "x"})


def test_a_date_in_no_known_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="yesterday"):
        Case.model_validate(_case_file(pregnancy_tests=[{"result": "negative", "date": "yesterday"}]))


def test_null_in_a_case_takes_a_fact_of_the_base_away() -> None:
    assert merge({"order": {"mg": 25, "dose": 25}}, {"order": {"dose": None}}) == {"order": {"mg": 25}}


def test_days_are_counted_back_from_the_moment_of_the_case() -> None:
    case = Case.model_validate(_case_file(pregnancy_tests=[{"result": "negative", "date": "3 days ago"}]))
    observation = build_request(case)["prefetch"]["observations"]["entry"][0]["resource"]
    assert observation["effectiveDateTime"] == "2026-02-27"


def test_a_key_the_case_says_nothing_of_is_delivered_empty() -> None:
    prefetch = build_request(Case.model_validate(_case_file()))["prefetch"]
    assert prefetch["procedures"] == {"resourceType": "Bundle", "type": "searchset", "total": 0}


def test_a_missing_key_is_not_sent() -> None:
    case = Case.model_validate(_case_file(prefetch={"missing": ["consents"]}))
    assert "consents" not in build_request(case)["prefetch"]


def test_the_example_of_the_readme_is_a_case_file(tmp_path: Path) -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    example = tmp_path / "example.yaml"
    example.write_text(text.split("```yaml")[1].split("```")[0], encoding="utf-8")
    assert [bool(build_request(loaded.case)) for loaded in read_cases(example)] == [True, True, True]
