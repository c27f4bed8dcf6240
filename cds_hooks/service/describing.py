"""A rule in words: for its page, and for the list of all rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.model import Medicine, Rule, RuleCase, WhenUnknown
from cds_hooks.knowledge.pages import PageCase, RuleLine, RulePage, SiteNumber
from cds_hooks.rules.compilation import find_parameters

UNKNOWN_WORDS = {
    WhenUnknown.SILENT: "unknown.silent",
    WhenUnknown.COUNTS_AS_MISSING: "unknown.counts-as-missing",
    WhenUnknown.INFO: "unknown.info",
}


def list_rules(knowledge: Knowledge, language: str) -> Sequence[RuleLine]:
    """Every rule, in the order of the tables."""
    return [
        RuleLine(rule.id, _name_medicine(knowledge, rule, language), rule.title.in_language(language), _find_levels(rule))
        for rule in knowledge.rules.values()
    ]


def describe_rule(knowledge: Knowledge, rule_id: str, language: str) -> RulePage | None:
    """The page of a rule; None where there is no such rule."""
    rule = knowledge.rules.get(rule_id)
    if rule is None:
        return None
    medicine = _find_medicine(knowledge, rule)
    return RulePage(
        id=rule.id,
        language=language,
        medicine=_name_medicine(knowledge, rule, language),
        title=rule.title.in_language(language),
        group=rule.group,
        cases=tuple(_describe_case(case, language) for case in rule.cases),
        citation=_compose_citation(knowledge, medicine, language),
        source_version=medicine.source.version.in_language(language) if medicine else knowledge.version,
        section=rule.section,
        unknown=knowledge.facts[UNKNOWN_WORDS[rule.unknown]].in_language(language),
        reviewer=rule.reviewer,
        review_by=rule.review_by,
        fires_when=rule.fires_when.in_language(language),
        unknown_case=_describe_case(rule.unknown_case, language) if rule.unknown_case else None,
        derived=rule.derived.in_language(language) if rule.derived else "",
        site_numbers=tuple(_describe_numbers(knowledge, find_parameters(rule), language)),
    )


def _describe_case(case: RuleCase, language: str) -> PageCase:
    why = case.why.in_language(language) if case.why else ""
    return PageCase(case.level.indicator, None, case.summary.in_language(language), case.do.in_language(language), why)


def _describe_numbers(knowledge: Knowledge, names: Iterable[str], language: str) -> Iterable[SiteNumber]:
    for name in names:
        number = knowledge.parameters.by_id[name]
        yield SiteNumber(number.name.in_language(language), f"{number.value:f}", number.unit, number.is_site)


def _find_levels(rule: Rule) -> tuple[str, ...]:
    cases = (*rule.cases, *((rule.unknown_case,) if rule.unknown_case else ()))
    return tuple(level.indicator for level in sorted({case.level for case in cases}, reverse=True))


def _find_medicine(knowledge: Knowledge, rule: Rule) -> Medicine | None:
    return next((medicine for medicine in knowledge.medicines if medicine.id == rule.medicine), None)


def _name_medicine(knowledge: Knowledge, rule: Rule, language: str) -> str:
    medicine = _find_medicine(knowledge, rule)
    return medicine.name.in_language(language) if medicine else knowledge.facts["service.name"].in_language(language)


def _compose_citation(knowledge: Knowledge, medicine: Medicine | None, language: str) -> str:
    if medicine is None:
        return knowledge.facts["service.name"].in_language(language)
    source = medicine.source
    return f"{source.label.in_language(language)}, {source.product.in_language(language)} ({source.registration})"
