"""Rules as pharmacists write them: the strict shape of a rule file under `cards/<medicine>/`, and its plain records."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from cds_hooks.knowledge.model import Level, Rule, RuleCase, Scope, Text, WhenUnknown
from cds_hooks.knowledge.source import DataPath, YamlFile, show_path
from cds_hooks.knowledge.tree import Tree, read_tree
from cds_hooks.knowledge.value_set import CardModel

Words = Annotated[str, Field(min_length=1, max_length=1200)]
#: A summary leaves room for "(+n)" within the 139 characters of CDS Hooks.
Summary = Annotated[str, Field(min_length=1, max_length=132)]
RuleId = Annotated[str, Field(pattern=r"^[a-z]+(\.[a-z0-9-]+)+$")]
Group = Literal["dose", "pregnancy-prevention", "tests", "interaction", "caution", "counselling", "not-checked"]


class Wording(CardModel):
    """A text in both languages."""

    en: Words
    nl: Words

    def to_text(self) -> Text:
        """The plain record."""
        return Text(self.en.strip(), self.nl.strip())


class ShortWording(CardModel):
    """A summary in both languages."""

    en: Summary
    nl: Summary

    def to_text(self) -> Text:
        """The plain record."""
        return Text(self.en.strip(), self.nl.strip())


class CaseEntry(CardModel):
    """One way a rule fires; `when` is a condition tree, read apart because its lines are kept."""

    level: Literal["critical", "warning", "info"]
    when: object
    summary: ShortWording
    do: Wording
    why: Wording | None = None
    tests: tuple[str, ...] | None = None
    adds: tuple[str, ...] = ()


class InfoEntry(CardModel):
    """The info that an unknown gives."""

    summary: ShortWording
    do: Wording
    why: Wording | None = None


class UnknownInfo(CardModel):
    """`unknown: {info: ...}`; `only_for` names the facts whose lack gives the info, the lack of others is silent."""

    info: InfoEntry
    only_for: tuple[str, ...] = ()


class RuleEntry(CardModel):
    """One rule as written."""

    id: RuleId
    title: Wording
    section: Annotated[str, Field(min_length=1, max_length=60)]
    group: Group
    scope: Literal["patient", "dose", "order", "view"]
    fires_when: Wording
    applies: object = None
    cases: tuple[CaseEntry, ...] = Field(min_length=1)
    unknown: Literal["silent", "counts-as-missing"] | UnknownInfo
    tests: tuple[str, ...] = ()
    rewrites_dose: bool = False
    override_reasons: tuple[str, ...] = Field(default=(), max_length=6)
    partners: tuple[str, ...] = ()
    whatever_product: bool = False
    needs_dose: bool = False
    yields_to_critical: bool = False
    each_case: bool = False
    orders_only: bool = False
    derived: Wording | None = None
    reviewer: Annotated[str, Field(min_length=1)]
    review_by: Annotated[str, Field(pattern=r"^(none|\d{4}-\d{2}-\d{2})$")]


class RuleFile(CardModel):
    """A file of related rules."""

    rules: tuple[RuleEntry, ...] = Field(min_length=1)


def compose_rules(file: YamlFile, model: RuleFile, medicine: str) -> list[Rule]:
    """The rules of one file as plain records; their `number` is set once the table's order is known."""
    return [_compose_rule(file, ("rules", number), entry, medicine) for number, entry in enumerate(model.rules)]


def _compose_rule(file: YamlFile, at: DataPath, entry: RuleEntry, medicine: str) -> Rule:
    return Rule(
        id=entry.id,
        medicine=medicine,
        number=0,
        title=entry.title.to_text(),
        section=entry.section,
        group=entry.group,
        scope=Scope(entry.scope),
        fires_when=entry.fires_when.to_text(),
        cases=tuple(_compose_case(file, (*at, "cases", n), case) for n, case in enumerate(entry.cases)),
        applies=read_tree(file, (*at, "applies"), entry.applies) if entry.applies is not None else None,
        unknown=_compose_unknown(entry),
        unknown_case=_compose_unknown_case(entry),
        unknown_only_for=entry.unknown.only_for if isinstance(entry.unknown, UnknownInfo) else (),
        tests=entry.tests,
        rewrites_dose=entry.rewrites_dose,
        override_reasons=entry.override_reasons,
        partners=entry.partners,
        whatever_product=entry.whatever_product,
        needs_dose=entry.needs_dose,
        derived=entry.derived.to_text() if entry.derived else None,
        reviewer=entry.reviewer,
        review_by=entry.review_by,
        file=show_path(file.path),
        line=file.line_of((*at, "id")),
        yields_to_critical=entry.yields_to_critical,
        each_case=entry.each_case,
        orders_only=entry.orders_only,
    )


def _compose_case(file: YamlFile, at: DataPath, case: CaseEntry) -> RuleCase:
    return RuleCase(
        Level[case.level.upper()],
        read_tree(file, (*at, "when"), case.when),
        case.summary.to_text(),
        case.do.to_text(),
        case.why.to_text() if case.why else None,
        case.tests,
        case.adds,
    )


def _compose_unknown(entry: RuleEntry) -> WhenUnknown:
    return WhenUnknown.INFO if isinstance(entry.unknown, UnknownInfo) else WhenUnknown(entry.unknown)


def _compose_unknown_case(entry: RuleEntry) -> RuleCase | None:
    if not isinstance(entry.unknown, UnknownInfo):
        return None
    info = entry.unknown.info
    why = info.why.to_text() if info.why else None
    return RuleCase(Level.INFO, Tree("unknown", ""), info.summary.to_text(), info.do.to_text(), why)
