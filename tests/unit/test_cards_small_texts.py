"""The loader of the small texts of cards/: what ships is sound, and each slip is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.knowledge.texts import has_loinc_check_digit, read_facts, read_override_reasons, read_tests

CARDS = find_cards_folder()
SUGGESTED = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"


def copy_with(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A folder with one shipped file in which `old` is `new`."""
    text = (CARDS / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


def test_what_ships_can_be_read() -> None:
    assert read_facts(CARDS)["allergies"].nl == "allergieën"
    assert read_tests(CARDS)["creatinine"].loinc == "14682-9"
    assert read_override_reasons(CARDS)["already-done"].code == "action-completed"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('card.do: {en: "What to do", nl: "Wat te doen"}', 'card.do: {en: "What to do"}', "'nl' is missing"),
        ("card.do:", "card.doo:", "phrase 'card.do' is missing"),
        ("sections {sections}", "rubriek {section}", "'card.sections' has section, sections in one language only"),
        ("inputs:", "inputs:\n  card.do: {en: a, nl: b}", "'card.do' stands in section 'phrases' too"),
        ("Niet bekend", "Niet {Bekend}", "has a brace that is no placeholder"),
        ("  patient:", "  patients:", "input 'patient' has no name"),
    ],
)
def test_a_slip_in_the_facts_is_refused(tmp_path: Path, old: str, new: str, finding: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        read_facts(copy_with(tmp_path, "facts.yaml", old, new))
    assert any(finding in line for line in refused.value.findings)
    assert all(line.startswith("facts.yaml:") for line in refused.value.findings)


def test_a_phrase_may_not_ask_for_what_the_program_does_not_fill(tmp_path: Path) -> None:
    folder = copy_with(tmp_path, "facts.yaml", '{en: "Why", nl: "Waarom"}', '{en: "Why {x}", nl: "Waarom {x}"}')
    with pytest.raises(KnowledgeError, match=r"'card\.why' asks for x; known here: none"):
        read_facts(folder)


@pytest.mark.parametrize(("old", "new"), [("14682-9", "14682-8"), ("14682-9", "creatinine"), ("text:", "texts:")])
def test_a_slip_in_the_tests_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(KnowledgeError):
        read_tests(copy_with(tmp_path, "tests.yaml", old, new))


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("system: hl7", "system: hl8", "system 'hl8' is unknown"),
        ("code: risk-benefit-ratio", "code: action-completed", "is also that of 'already-done'"),
        ("urn:cds-hooks-server:override-reason", "somewhere", "own"),
    ],
)
def test_a_slip_in_the_reasons_is_refused(tmp_path: Path, old: str, new: str, finding: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        read_override_reasons(copy_with(tmp_path, "override-reasons.yaml", old, new))
    assert any(finding in line for line in refused.value.findings)


@pytest.mark.parametrize(("code", "sound"), [("2160-0", True), ("14682-9", True), ("2160-1", False), ("5895-7", False)])
def test_the_check_digit_of_loinc(code: str, sound: bool) -> None:
    """Codes of terminology.md: 5895-7 is the one real code that fails."""
    assert has_loinc_check_digit(code) is sound


def test_every_reason_has_a_display_that_fits_a_button() -> None:
    for reason in read_override_reasons(CARDS).values():
        assert max(len(reason.display.en), len(reason.display.nl)) <= 60


def test_suggested_codes_are_those_of_the_code_system() -> None:
    """Read in HL7/cds-hooks, input/vocabulary/CodeSystem-non-adherence-reason-codes.json at 16b2bfc."""
    known = {
        *("cds-not-applicable", "patient-ineligible", "action-completed", "action-performed-no-adverse-effect"),
        *("need-more-info", "does-not-align-latest-evidence", "expert-contradicts", "policy-contradicts"),
        *("risk-benefit-ratio", "mitigate-risk-negative-outcome", "patient-contraindication", "patient-refuses"),
    }
    assert {reason.code for reason in read_override_reasons(CARDS).values() if reason.system == SUGGESTED} <= known
