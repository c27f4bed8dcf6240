"""The register `cards/<medicine>/coverage.yaml`: every statement of the source with the rule that checks it, or why none can."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from cds_hooks.knowledge.rule_file import RuleId
from cds_hooks.knowledge.source import YamlFile, read_yaml, validate
from cds_hooks.knowledge.value_set import CardModel

REGISTER = "coverage.yaml"
#: Enough to find a statement, too little to copy it.
MOST_WORDS = 6
#: The sections whose statements have to stand in a register; `6` stands for all of chapter 6.
SECTIONS = ("4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7", "4.8", "4.9", "5.2", "6")


class Why(CardModel):
    """Why a statement cannot be checked, in both languages."""

    en: Annotated[str, Field(min_length=1, max_length=300)]
    nl: Annotated[str, Field(min_length=1, max_length=300)]


class Statement(CardModel):
    """One statement: our running number in its section, its first words, and the rules that check it or why none can."""

    number: Annotated[int, Field(ge=1)]
    words: Annotated[str, Field(min_length=1, max_length=120)]
    rule: RuleId | tuple[RuleId, ...] = ()
    not_checkable: str | Why | None = None

    @field_validator("words")
    @classmethod
    def _are_few(cls, words: str) -> str:
        if len(words.split()) > MOST_WORDS:
            raise ValueError(f"'words' copies more than {MOST_WORDS} words of the source; keep the first {MOST_WORDS}")
        return words

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules named, one or several."""
        return (self.rule,) if isinstance(self.rule, str) else self.rule


class Section(CardModel):
    """The statements of one section, in the order of the source."""

    section: Annotated[str, Field(min_length=1, max_length=20)]
    statements: tuple[Statement, ...] = Field(min_length=1)


class RegisterFile(CardModel):
    """`reasons` are the reasons that many statements share, by a word for each."""

    reasons: dict[str, Why] = Field(default_factory=dict)
    sections: tuple[Section, ...] = Field(min_length=1)


def find_register_faults(folder: Path, rules: Collection[str]) -> list[str]:
    """What is open or wrong in the register of one medicine, against the ids of its `rules`. Raises KnowledgeError where the
    file is not there or not of this shape."""
    file = read_yaml(folder / REGISTER)
    register = validate(file, RegisterFile)
    named = {rule for section in register.sections for statement in section.statements for rule in statement.rules}
    return [
        *_find_lacking_sections(file, register),
        *_find_misnumbered(file, register),
        *_find_open(file, register, rules),
        *(file.finding((), f"no statement names rule '{rule}'; add it where it stands") for rule in rules if rule not in named),
    ]


def _find_lacking_sections(file: YamlFile, register: RegisterFile) -> Iterator[str]:
    there = {section.section for section in register.sections}
    for section in SECTIONS:
        if not any(name == section or name.startswith(f"{section}.") for name in there):
            yield file.finding(("sections",), f"section {section} is not in the register; add its statements")


def _find_misnumbered(file: YamlFile, register: RegisterFile) -> Iterator[str]:
    for place, section in enumerate(register.sections):
        for row, statement in enumerate(section.statements):
            if statement.number != row + 1:
                at = ("sections", place, "statements", row)
                yield file.finding(at, f"{section.section} number {statement.number} stands in place {row + 1}; number from 1 on")


def _find_open(file: YamlFile, register: RegisterFile, rules: Collection[str]) -> Iterator[str]:
    for place, section in enumerate(register.sections):
        for row, statement in enumerate(section.statements):
            at = ("sections", place, "statements", row)
            for fault in _find_faults_of(statement, register, rules):
                yield file.finding(at, f"{section.section} number {statement.number} {fault}")


def _find_faults_of(statement: Statement, register: RegisterFile, rules: Collection[str]) -> Iterator[str]:
    why = statement.not_checkable
    if not statement.rules and why is None:
        yield "is open; name the rule that checks it, or say under 'not_checkable' why none can"
    if statement.rules and why is not None:
        yield "is both checked and not checkable; keep one"
    if isinstance(why, str) and why not in register.reasons:
        yield f"gives the reason '{why}', which is not under 'reasons'; expected {', '.join(register.reasons) or 'it there'}"
    for rule in statement.rules:
        if rule not in rules:
            yield f"names rule '{rule}', which does not exist; correct the id or add the rule"
