"""Reading card files strictly: one meaning per line, exact numbers, and complaints a pharmacist can act on."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.source import YamlFile, find_cards_folder, read_yaml, validate


class Dose(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mg: Decimal
    level: Literal["C", "W", "I"] = "I"
    days: int = Field(default=21, ge=1)


class Card(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    doses: list[Dose] = []
    named: dict[str, Dose] = {}
    silent: bool = False


def write(folder: Path, text: str) -> Path:
    path = folder / "cards" / "x.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def complaints(folder: Path, text: str) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        validate(read_yaml(write(folder, text)), Card)
    return caught.value.findings


def test_a_number_with_a_point_is_exact(tmp_path: Path) -> None:
    assert read_yaml(write(tmp_path, "factor: 88.4\n")).data == {"factor": Decimal("88.4")}


@pytest.mark.parametrize(
    ("written", "read"),
    [("no", "no"), ("2026-04-25", "2026-04-25"), ("007", "007"), ("1e3", "1e3"), ("12", 12), ("true", True), ("'12'", "12")],
)
def test_only_true_false_null_and_plain_numbers_are_more_than_text(tmp_path: Path, written: str, read: object) -> None:
    assert read_yaml(write(tmp_path, f"a: {written}\n")).data == {"a": read}


def test_a_key_is_always_text(tmp_path: Path) -> None:
    assert read_yaml(write(tmp_path, "codes: {421471009: lenalidomide}\n")).data == {"codes": {"421471009": "lenalidomide"}}


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    file = read_yaml(write(tmp_path, "id: a\ndoses:\n  - mg: 5\n  - mg: 10\n"))
    assert [file.line_of(path) for path in [(), ("id",), ("doses", 1), ("doses", 1, "mg")]] == [1, 1, 4, 4]


def test_a_missing_thing_is_reported_where_it_should_stand() -> None:
    file = YamlFile(Path("x.yaml"), {}, {(): 1, ("a",): 7})
    assert file.line_of(("a", "missing", 3)) == 7


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: 1\nb: 2\na: 3\n", "cards/x.yaml:3: key 'a' stands twice (first on line 1); keep one"),
        ("a: &x 1\n", "cards/x.yaml:1: an anchor ('&') is not allowed; write the value out where it is used"),
        ("a: 1\nb: *x\n", "cards/x.yaml:2: alias '*x' is not allowed; write the value out"),
        ("a: !!int '1'\n", "cards/x.yaml:1: a tag ('!') is not allowed; write a plain value, in quotes where it is text"),
        ("? [a]\n: 1\n", "cards/x.yaml:1: a key is a list or a mapping; expected a word"),
        ("a: 1\n---\nb: 2\n", "cards/x.yaml:2: a second document starts here; keep one document per file"),
        ("", "cards/x.yaml:1: is empty; expected a mapping"),
    ],
)
def test_cleverness_of_yaml_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(KnowledgeError) as caught:
        read_yaml(write(tmp_path, text))
    assert caught.value.findings == [complaint]


def test_broken_yaml_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"cards/x\.yaml:3: is not YAML"):
        read_yaml(write(tmp_path, "a:\n  b: 1\n c: [\n"))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    path.write_bytes("naam: coëfficiënt".encode("latin-1"))
    with pytest.raises(KnowledgeError, match="is not UTF-8; save the file as UTF-8"):
        read_yaml(path)


def test_a_file_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="cannot be read"):
        read_yaml(tmp_path / "cards" / "none.yaml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id: a\nidd: b\n", "cards/x.yaml:2: unknown key 'idd'; known keys are id, doses, named, silent"),
        ("id: a\ndoses:\n  - mg: 5\n    mgs: 5\n", "cards/x.yaml:4: unknown key 'mgs'; known keys are mg, level, days"),
        ("id: a\nnamed:\n  low: {mg: 5, x: 1}\n", "cards/x.yaml:3: unknown key 'x'; known keys are mg, level, days"),
        ("silent: true\n", "cards/x.yaml:1: 'id' is missing; add it"),
        ("id: a\ndoses:\n  - mg: 5\n    level: X\n", "cards/x.yaml:4: 'level' is 'X'; expected 'C', 'W' or 'I'"),
        ("id: 5\n", "cards/x.yaml:1: 'id' is '5'; expected a text; put it in quotes if it looks like a number"),
        ("id: a\nsilent: maybe\n", "cards/x.yaml:2: 'silent' is 'maybe'; expected true or false"),
        ("id: a\ndoses: 5\n", "cards/x.yaml:2: 'doses' is '5'; expected a list (one '- ' per line)"),
        ("id: a\ndoses:\n  - 5\n", "cards/x.yaml:3: '0' is '5'; expected a mapping (key: value)"),
        ("id: a\ndoses:\n  - mg: five\n", "cards/x.yaml:3: 'mg' is 'five'; expected a number"),
        ("id: a\ndoses:\n  - {mg: 5, days: 0}\n", "cards/x.yaml:3: 'days' is '0'; expected greater than or equal to 1"),
    ],
)
def test_a_fault_says_what_is_wrong_and_what_would_be_right(tmp_path: Path, text: str, complaint: str) -> None:
    assert complaints(tmp_path, text) == [complaint]


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    assert len(complaints(tmp_path, "idd: a\ndoses:\n  - {mg: x}\n")) == 3


def test_the_shipped_cards_are_found() -> None:
    assert (find_cards_folder() / "systems.yaml").is_file()
