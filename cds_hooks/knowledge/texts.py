"""Loading the small texts of `cards/`: names and phrases (facts.yaml), tests to order, reasons to override."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel

from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.model import LabTest, MedicineToAdd, OverrideReason, Text
from cds_hooks.knowledge.phrases import INPUT_KEYS, PHRASES
from cds_hooks.knowledge.source import YamlFile, read_yaml, validate
from cds_hooks.knowledge.templates import find_placeholders, find_stray_braces

FactKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 .-]*$")]
TextId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Words = Annotated[str, Field(min_length=1, max_length=600)]

LOINC = "http://loinc.org"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TextModel(_Strict):
    """One text, in both languages."""

    en: Words
    nl: Words

    def to_text(self) -> Text:
        """The plain record."""
        return Text(self.en, self.nl)


class FactsModel(RootModel[dict[TextId, dict[FactKey, TextModel]]]):
    """cards/facts.yaml: sections are for the reader only; a key stands once in the whole file."""


class LabTestModel(_Strict):
    """A test that a card can offer. `verified` says where code and display were read."""

    loinc: Annotated[str, Field(pattern=r"^[0-9]{1,7}-[0-9]$")]
    display: Words
    verified: Words
    text: TextModel


class TestsModel(_Strict):
    """cards/tests.yaml."""

    source: Words
    version: Words
    tests: dict[TextId, LabTestModel]


class MedicineToAddModel(_Strict):
    """A medicine that a card can offer. `verified` says where code and display were read."""

    atc: Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}[A-Z]{2}([0-9]{2})?$")]
    display: Words
    verified: Words
    text: TextModel


class MedicinesToAddModel(_Strict):
    """cards/medicines-to-add.yaml."""

    source: Words
    version: Words
    medicines: dict[TextId, MedicineToAddModel]


class OverrideReasonModel(_Strict):
    """One reason. `general` says that it fits every rule: general ones fill a card's reasons up to three."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
    system: TextId
    display: TextModel
    general: bool = False


class OverrideReasonsModel(_Strict):
    """cards/override-reasons.yaml; a reason names its system by the key under `systems`."""

    source: Words
    version: Words
    systems: dict[TextId, Annotated[str, Field(pattern=r"^(https?://|urn:)\S+$")]]
    reasons: dict[TextId, OverrideReasonModel]


def read_facts(folder: Path) -> Mapping[str, Text]:
    """Every small text by key. Raises KnowledgeError: also for a key that stands twice, placeholders that differ between
    the languages, and a phrase of the program that lacks or has other placeholders than the program fills."""
    file = read_yaml(folder / "facts.yaml")
    model = validate(file, FactsModel)
    findings = list(_find_twice(file, model)) + list(_find_uneven(file, model))
    facts = {key: words.to_text() for section in model.root.values() for key, words in section.items()}
    findings += _find_lacking(file, facts)
    if findings:
        raise KnowledgeError(findings)
    return MappingProxyType(facts)


def read_tests(folder: Path) -> Mapping[str, LabTest]:
    """The tests by id. Raises KnowledgeError, also for a LOINC code whose check digit is wrong."""
    file = read_yaml(folder / "tests.yaml")
    model = validate(file, TestsModel)
    findings = [
        file.finding(("tests", id, "loinc"), f"LOINC {test.loinc} has a wrong check digit; copy the code again")
        for id, test in model.tests.items()
        if not has_loinc_check_digit(test.loinc)
    ]
    if findings:
        raise KnowledgeError(findings)
    return MappingProxyType({id: LabTest(id, t.loinc, t.display, t.text.to_text()) for id, t in model.tests.items()})


def read_medicines_to_add(folder: Path) -> Mapping[str, MedicineToAdd]:
    """The medicines that a card can offer to order, by id. Raises KnowledgeError."""
    model = validate(read_yaml(folder / "medicines-to-add.yaml"), MedicinesToAddModel)
    return MappingProxyType({id: MedicineToAdd(id, m.atc, m.display, m.text.to_text()) for id, m in model.medicines.items()})


def read_override_reasons(folder: Path) -> Mapping[str, OverrideReason]:
    """The reasons by id, in the order of the file. Raises KnowledgeError, also for a system that is not declared and a code
    that stands twice, and where fewer than three reasons are general."""
    file = read_yaml(folder / "override-reasons.yaml")
    model = validate(file, OverrideReasonsModel)
    if findings := list(_find_wrong_reasons(file, model)):
        raise KnowledgeError(findings)
    return MappingProxyType(
        {id: OverrideReason(r.code, model.systems[r.system], r.display.to_text(), r.general) for id, r in model.reasons.items()}
    )


def has_loinc_check_digit(code: str) -> bool:
    """Whether a LOINC code ends in its mod-10 digit (Luhn, as LOINC's Users' Guide, appendix C, describes it)."""
    number, _, digit = code.partition("-")
    total = 0
    for place, character in enumerate(reversed(number)):
        doubled = int(character) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10) == digit


def _find_twice(file: YamlFile, model: FactsModel) -> Iterator[str]:
    seen: dict[str, str] = {}
    for section, texts in model.root.items():
        for key in texts:
            if key in seen:
                yield file.finding((section, key), f"'{key}' stands in section '{seen[key]}' too; keep one of them")
            seen.setdefault(key, section)


def _find_uneven(file: YamlFile, model: FactsModel) -> Iterator[str]:
    for section, texts in model.root.items():
        for key, words in texts.items():
            english, dutch = find_placeholders(words.en), find_placeholders(words.nl)
            if english != dutch:
                names = ", ".join(sorted(english ^ dutch))
                yield file.finding((section, key), f"'{key}' has {names} in one language only; use the same in both")
            if find_stray_braces(words.en) or find_stray_braces(words.nl):
                yield file.finding((section, key), f"'{key}' has a brace that is no placeholder; write {{small_letters}}")


def _find_lacking(file: YamlFile, facts: Mapping[str, Text]) -> list[str]:
    found = [file.finding(("inputs",), f"input '{key}' has no name; add it") for key in INPUT_KEYS if key not in facts]
    for key, filled in PHRASES.items():
        if key not in facts:
            found.append(file.finding(("phrases",), f"phrase '{key}' is missing; add it"))
        elif unknown := find_placeholders(facts[key].en) - filled:
            known = ", ".join(sorted(filled)) or "none"
            found.append(file.finding(("phrases", key), f"'{key}' asks for {', '.join(sorted(unknown))}; known here: {known}"))
    return found


def _find_wrong_reasons(file: YamlFile, model: OverrideReasonsModel) -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for id, reason in model.reasons.items():
        if reason.system not in model.systems:
            known = ", ".join(model.systems)
            yield file.finding(("reasons", id, "system"), f"system '{reason.system}' is unknown; known are {known}")
        if other := seen.get((reason.system, reason.code)):
            yield file.finding(("reasons", id, "code"), f"code '{reason.code}' is also that of '{other}'; keep one of them")
        seen.setdefault((reason.system, reason.code), id)
    if sum(reason.general for reason in model.reasons.values()) < 3:
        yield file.finding(("reasons",), "fewer than three reasons are 'general: true'; a card needs at least three")
