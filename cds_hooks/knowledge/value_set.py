"""Value sets of `cards/valuesets/`: which codes and names stand for a clinician's word, as pharmacists write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from cds_hooks.chart.concept import ConceptSet, fold_name
from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.source import DataPath, YamlFile

Kind = Literal["medicine", "substance", "condition", "procedure", "observation", "finding", "unit"]
Text = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]

#: Only these enumerate every medicine there is, so that a code outside the set says "another medicine". RxNorm and SNOMED CT
#: have thousands of product codes that no list here holds: beside those, a listed name still counts.
_SETTLING_FOR_MEDICINES = frozenset({"atc"})


class CardModel(BaseModel):
    """Base of everything read from `cards/`: unknown keys are refused, nothing is changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TwoLanguages(CardModel):
    """The same words in both languages."""

    en: Text
    nl: Text


class NameLists(CardModel):
    """Names that count where only text is there: generic, brand, synonyms."""

    en: tuple[Text, ...] = Field(min_length=1)
    nl: tuple[Text, ...] = Field(min_length=1)


class CodeGroup(CardModel):
    """Codes of one system read in one source. `below`: with everything underneath in the hierarchy (ATC, ICD-10)."""

    system: Id
    version: str = ""
    verified: Text
    below: bool = False
    codes: dict[str, Text] = Field(min_length=1)


class ValueSet(CardModel):
    """One value set as written. Every set has names in both languages, but one that a site fills (`filled_by_site`)."""

    id: Id
    title: TwoLanguages
    kind: Kind
    words: bool = False
    include: tuple[CodeGroup, ...] = ()
    exclude: tuple[CodeGroup, ...] = ()
    names: NameLists | None = None
    filled_by_site: bool = False

    @model_validator(mode="after")
    def _has_names(self) -> Self:
        if self.names is None and not self.filled_by_site:
            raise ValueError(f"'names' of '{self.id}' is missing; give the names that count as text, in en and nl")
        return self

    def all_names(self) -> tuple[str, ...]:
        """The names of both languages."""
        return (*self.names.en, *self.names.nl) if self.names else ()


class ValueSetFile(CardModel):
    """One file of related sets."""

    sets: tuple[ValueSet, ...] = Field(min_length=1)


class CodeSystem(CardModel):
    """One code system: how cards call it, its canonical URI, the other ways it is written, what a code looks like."""

    id: Id
    uri: Text
    name: Text
    aliases: tuple[Text, ...] = ()
    pattern: str = ""
    hierarchical: bool = False
    check_digit: Literal["verhoeff"] | None = None

    def find_fault(self, code: str, below: bool = False) -> str:
        """Why `code` cannot be a code of this system; empty where it can."""
        if self.pattern and not re.fullmatch(self.pattern, code):
            return f"'{code}' is no code of {self.name}; expected the form {self.pattern}"
        if self.check_digit == "verhoeff" and not is_verhoeff(code):
            return f"'{code}' has a wrong check digit for {self.name}; copy the code again from its source"
        if below and not self.hierarchical:
            return f"'below' does not work for {self.name}, whose codes say nothing of what is underneath; list the codes"
        return ""


def compile_set(written: ValueSet, systems: Mapping[str, CodeSystem]) -> ConceptSet:
    """The set ready for matching. Every system in it is known (`find_set_faults` was empty)."""
    below = frozenset((systems[g.system].uri, code) for g in written.include if g.below for code in g.codes)
    exact = frozenset((systems[g.system].uri, code) for g in written.include if not g.below for code in g.codes)
    return ConceptSet(
        id=written.id,
        exact=exact,
        below=below,
        below_lengths=tuple(sorted({len(code) for _, code in below})),
        names=frozenset(fold_name(name) for name in written.all_names()),
        words=written.words,
        excluded=frozenset((systems[g.system].uri, code) for g in written.exclude for code in g.codes),
        settling=_find_settling(written, systems),
    )


def find_set_faults(file: YamlFile, written: ValueSetFile, systems: Mapping[str, CodeSystem]) -> list[str]:
    """Lines about what the shape alone does not show: unknown systems, impossible codes, a code both in and out."""
    found: list[str] = []
    for i, value_set in enumerate(written.sets):
        for side in ("include", "exclude"):
            for j, group in enumerate(getattr(value_set, side)):
                found += find_code_faults(file, ("sets", i, side, j), group, systems)
        if value_set.names:
            found += _find_empty_names(file, ("sets", i, "names"), value_set.names)
    return found


def find_code_faults(file: YamlFile, at: DataPath, group: CodeGroup, systems: Mapping[str, CodeSystem]) -> list[str]:
    """Lines about one group of codes."""
    if (system := systems.get(group.system)) is None:
        return [file.finding((*at, "system"), f"unknown system '{group.system}'; known systems are {', '.join(systems)}")]
    faults = {code: system.find_fault(code, group.below) for code in group.codes}
    return [file.finding((*at, "codes", code), fault) for code, fault in faults.items() if fault]


def refuse(findings: Iterable[str]) -> None:
    """Raise KnowledgeError if there are findings."""
    if found := list(findings):
        raise KnowledgeError(found)


def is_verhoeff(code: str) -> bool:
    """Whether the last digit is the Verhoeff check digit of the others (SNOMED CT identifiers)."""
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = _D5[check][_P[place % 8][int(digit)]]
    return check == 0


def _find_settling(written: ValueSet, systems: Mapping[str, CodeSystem]) -> frozenset[str]:
    used = {g.system for g in (*written.include, *written.exclude)}
    if written.kind in ("medicine", "substance"):
        used &= _SETTLING_FOR_MEDICINES
    return frozenset(systems[name].uri for name in used)


def _find_empty_names(file: YamlFile, at: DataPath, names: NameLists) -> list[str]:
    lists = (("en", names.en), ("nl", names.nl))
    return [
        file.finding((*at, language, i), f"name '{name}' has no letter or digit; write the name as in a record")
        for language, texts in lists
        for i, name in enumerate(texts)
        if not fold_name(name)
    ]


def _multiply_d5() -> tuple[tuple[int, ...], ...]:
    """Multiplication in the dihedral group of order ten, on which Verhoeff's check digit rests."""

    def times(a: int, b: int) -> int:
        turned = (a + b) % 5 if a < 5 else (a - b) % 5
        return turned if (a < 5) == (b < 5) else turned + 5

    return tuple(tuple(times(a, b) for b in range(10)) for a in range(10))


def _permute() -> tuple[tuple[int, ...], ...]:
    rows = [tuple(range(10))]
    step = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    for _ in range(7):
        rows.append(tuple(step[i] for i in rows[-1]))
    return tuple(rows)


_D5 = _multiply_d5()
_P = _permute()
