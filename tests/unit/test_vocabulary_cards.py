"""Mistakes in systems, value sets, analytes and topics are refused with file, line, what is wrong, what would be right."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.knowledge.vocabulary import read_vocabulary

VALUE_SET = """sets:
  - id: {id}
    title: {{en: X, nl: X}}
    kind: condition
    include:
      - system: {system}
        verified: somewhere
        codes: {{{code}: X}}
    names: {{en: [x y z], nl: [x y z]}}
"""


def copy_cards(folder: Path) -> Path:
    for name in ("systems.yaml", "analytes.yaml", "topics.yaml"):
        (folder / "cards").mkdir(exist_ok=True)
        shutil.copy(find_cards_folder() / name, folder / "cards" / name)
    shutil.copytree(find_cards_folder() / "valuesets", folder / "cards" / "valuesets")
    return folder / "cards"


def findings(cards: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        read_vocabulary(cards)
    return caught.value.findings


@pytest.mark.parametrize(
    ("id", "system", "code", "complaint"),
    [
        ("lenalidomide", "snomed", "421471009", "zz.yaml:2: a set 'lenalidomide' exists already; give it another id"),
        ("new", "snomedct", "421471009", "zz.yaml:6: unknown system 'snomedct'; known systems are snomed, loinc"),
        ("new", "snomed", "421471008", "zz.yaml:8: '421471008' has a wrong check digit for SNOMED CT"),
        ("new", "atc", "L4AX04", "zz.yaml:8: 'L4AX04' is no code of ATC; expected the form"),
        ("New Set", "atc", "L04AX04", "zz.yaml:2: 'id' is 'New Set'; expected the form [a-z0-9]+(-[a-z0-9]+)*"),
    ],
)
def test_a_wrong_value_set_is_named(tmp_path: Path, id: str, system: str, code: str, complaint: str) -> None:
    cards = copy_cards(tmp_path)
    (cards / "valuesets" / "zz.yaml").write_text(VALUE_SET.format(id=id, system=system, code=f'"{code}"'), encoding="utf-8")
    [finding] = findings(cards)
    assert finding.startswith(f"cards/valuesets/{complaint}")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_below_needs_a_system_with_a_hierarchy_in_its_codes(tmp_path: Path) -> None:
    cards = copy_cards(tmp_path)
    text = VALUE_SET.format(id="new", system="snomed", code='"421471009"').replace(
        "        codes", "        below: true\n        codes"
    )
    (cards / "valuesets" / "zz.yaml").write_text(text, encoding="utf-8")
    assert "'below' does not work for SNOMED CT" in findings(cards)[0]


def test_a_set_without_names_is_refused(tmp_path: Path) -> None:
    cards = copy_cards(tmp_path)
    text = VALUE_SET.format(id="new", system="atc", code="L04AX04").replace("    names: {en: [x y z], nl: [x y z]}\n", "")
    (cards / "valuesets" / "zz.yaml").write_text(text, encoding="utf-8")
    assert findings(cards) == [
        "cards/valuesets/zz.yaml:2: 'names' of 'new' is missing; give the names that count as text, in en and nl"
    ]


def test_one_code_for_two_analytes_is_refused(tmp_path: Path) -> None:
    cards = copy_cards(tmp_path)
    replace(cards / "analytes.yaml", '"26499-4"', '"2160-0"')
    assert "code '2160-0' belongs to 'creatinine' already; keep it in one place" in findings(cards)[0]


def test_a_unit_that_cannot_be_converted_is_refused(tmp_path: Path) -> None:
    cards = copy_cards(tmp_path)
    replace(cards / "analytes.yaml", '"mmol/L": []', '"kg": []')
    assert "unit 'kg' cannot be brought to 'umol/L'; give its factor under 'molar'" in findings(cards)[0]


def test_an_answer_needs_its_value_set(tmp_path: Path) -> None:
    cards = copy_cards(tmp_path)
    replace(cards / "topics.yaml", "answer-positive", "answer-plus")
    assert "unknown value set 'answer-plus'" in findings(cards)[0]


def test_one_alias_for_two_systems_is_refused(tmp_path: Path) -> None:
    cards = copy_cards(tmp_path)
    replace(cards / "systems.yaml", "https://unitsofmeasure.org", "http://loinc.org")
    assert findings(cards)[0].endswith("'http://loinc.org' stands for two systems; keep it under one")


def test_a_misspelt_key_is_told_with_the_known_ones(tmp_path: Path) -> None:
    cards = copy_cards(tmp_path)
    replace(cards / "analytes.yaml", "usable:", "useable:")
    assert any("unknown key 'useable'; known keys are id, name, fetch, codes, unit" in line for line in findings(cards))
