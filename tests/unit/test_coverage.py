"""`cds-hooks check --coverage`: what it finds open in a register and in the cases of a rule."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cds_hooks.cli import main
from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.case_files import find_cases_folder, read_rule_cases
from cds_hooks.knowledge.coverage_file import find_register_faults
from cds_hooks.knowledge.source import find_cards_folder, read_yaml
from cds_hooks.service.coverage import find_coverage_faults

CARDS = find_cards_folder()
SECTIONS = ("4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9", "5.2", "6.1")


def write_register(folder: Path, row: str, *, number: int = 1, sections: tuple[str, ...] = SECTIONS) -> Path:
    """A register whose section 4.2 holds the row, and every other section one that asks for nothing."""
    plain = '{number: 1, words: "Een zin", not_checkable: {en: Background., nl: Achtergrond.}}'
    lines = ["sections:"]
    for section in sections:
        held = f'{{number: {number}, words: "De dosis is", {row}}}' if section == "4.2" else plain
        lines += [f'  - section: "{section}"', "    statements:", f"      - {held}"]
    (folder / "coverage.yaml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def test_a_register_that_accounts_for_everything_has_no_faults(tmp_path: Path) -> None:
    assert find_register_faults(write_register(tmp_path, "rule: toy.dose"), ["toy.dose"]) == []


def test_a_statement_without_rule_or_reason_is_open(tmp_path: Path) -> None:
    (fault,) = find_register_faults(write_register(tmp_path, "rule: []"), [])
    assert fault.startswith("coverage.yaml:7: 4.2 number 1 is open; name the rule")


def test_a_statement_of_a_rule_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    (fault,) = find_register_faults(write_register(tmp_path, "rule: toy.gone"), [])
    assert "names rule 'toy.gone', which does not exist" in fault


def test_a_reason_that_is_not_given_is_a_fault(tmp_path: Path) -> None:
    (fault,) = find_register_faults(write_register(tmp_path, "not_checkable: whim"), [])
    assert "'whim', which is not under 'reasons'" in fault


def test_a_rule_that_no_statement_names_is_a_fault(tmp_path: Path) -> None:
    (fault,) = find_register_faults(write_register(tmp_path, "rule: toy.dose"), ["toy.dose", "toy.age"])
    assert "no statement names rule 'toy.age'" in fault


def test_a_lacking_section_is_a_fault(tmp_path: Path) -> None:
    (fault,) = find_register_faults(write_register(tmp_path, "rule: toy.dose", sections=SECTIONS[:-1]), ["toy.dose"])
    assert "section 6 is not in the register" in fault


def test_statements_are_numbered_without_gaps(tmp_path: Path) -> None:
    (fault,) = find_register_faults(write_register(tmp_path, "rule: toy.dose", number=3), ["toy.dose"])
    assert "4.2 number 3 stands in place 1" in fault


def test_a_copied_sentence_is_refused(tmp_path: Path) -> None:
    folder = write_register(tmp_path, "rule: toy.dose")
    register = folder / "coverage.yaml"
    register.write_text(register.read_text().replace("De dosis is", "De dosis is een zin van zeven"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="more than 6 words"):
        find_register_faults(folder, ["toy.dose"])


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """The clinical cases of one rule with two numbers of its own and none of the others."""
    source = find_cases_folder()
    assert source is not None
    (tmp_path / "lenalidomide").mkdir()
    shutil.copy(source / "lenalidomide" / "under-18.yaml", tmp_path / "lenalidomide")
    return tmp_path


def find_faults_of(rule: str, cases: Path) -> list[str]:
    return [fault.partition(f"{rule} ")[2] for fault in find_coverage_faults(CARDS, cases) if f": {rule} " in fault]


def test_a_rule_with_its_cases_has_no_faults(cases: Path) -> None:
    assert find_faults_of("lenalidomide.under-18", cases) == []


def test_a_rule_without_cases_lacks_each_kind(cases: Path) -> None:
    faults = " ".join(find_faults_of("denosumab.under-18", cases))
    for lacking in ("that fires", "that does not fire", "fact missing", "Dutch text", "each side"):
        assert lacking in faults


@pytest.mark.parametrize("cell", ["at", "missing"])
def test_a_cell_taken_away_is_found(cases: Path, cell: str) -> None:
    file = cases / "lenalidomide" / "under-18.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(line for line in lines if not line.strip().startswith(f"cell: {cell}")), encoding="utf-8")
    if "missing" in read_rule_cases(cases)["lenalidomide.under-18"].excused:
        pytest.fail("choose a rule that has a case with the fact missing")
    assert len(find_faults_of("lenalidomide.under-18", cases)) == 1


def test_without_the_cases_only_registers_and_texts_are_looked_at() -> None:
    assert not [fault for fault in find_coverage_faults(CARDS, None) if "no case" in fault]


def test_faults_of_coverage_are_exit_code_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("cds_hooks.service.coverage.find_coverage_faults", lambda cards, cases: ["cards/x.yaml:1: a; b"])
    assert main(["check", "--coverage"]) == 1
    assert capsys.readouterr().err == "cds-hooks: cards/x.yaml:1: a; b\n"


@pytest.mark.parametrize("medicine", ["lenalidomide", "denosumab"])
def test_a_register_names_only_first_words(medicine: str) -> None:
    data = read_yaml(CARDS / medicine / "coverage.yaml").data
    words = [row["words"] for section in data["sections"] for row in section["statements"]]
    assert len(words) > 150
    assert max(len(text.split()) for text in words) <= 6


def test_the_shipped_knowledge_is_proven() -> None:
    assert find_coverage_faults(CARDS, find_cases_folder()) == []
