"""Why each rule said what it said: the trace that `cds-hooks evaluate --explain` prints."""

from __future__ import annotations

from collections.abc import Iterator

from cds_hooks.chart.finding import Evidence
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.rules.outcome import OutcomeState, RuleOutcome
from cds_hooks.service.advising import Evaluation


def compose_explanation(evaluation: Evaluation, knowledge: Knowledge, language: str) -> str:
    """One block a rule: outcome, level, order, evidence, what was missing; then what was not checked, and the counts."""
    assessment = evaluation.assessment
    lines = [line for outcome in assessment.outcomes for line in _explain(outcome, knowledge, language)]
    if not assessment.outcomes:
        lines.append("no order, and no treatment on record, concerns a medicine of this service")
    lines.append("not checked: " + (", ".join(assessment.not_checked) or "nothing"))
    lines.append(", ".join(f"{state.value} {assessment.count(state)}" for state in OutcomeState))
    return "\n".join(lines)


def _explain(outcome: RuleOutcome, knowledge: Knowledge, language: str) -> Iterator[str]:
    level = f" {outcome.level.indicator}" if outcome.level else ""
    yield f"{outcome.rule.id}: {outcome.state.value}{level} ({outcome.order.reference})"
    if outcome.state is OutcomeState.NOT_APPLICABLE:
        return
    for evidence in outcome.finding.evidence:
        yield f"    {_show(evidence, knowledge, language)}"
    for missing in outcome.finding.missing:
        yield f"    missing: {missing}"
    for parameter in outcome.finding.parameters:
        number = knowledge.parameters.by_id[parameter]
        whose = "site" if number.is_site else "default"
        yield f"    {whose} number: {number.name.in_language(language)} = {number.value:f} {number.unit}".rstrip()


def _show(evidence: Evidence, knowledge: Knowledge, language: str) -> str:
    name = knowledge.facts[evidence.what].in_language(language) if evidence.what in knowledge.facts else evidence.what
    value = f"{evidence.value} {evidence.unit}".strip()
    converted = f" = {evidence.converted}" if evidence.converted else ""
    day = f", {evidence.date}" if evidence.date else ""
    source = f" [{evidence.reference}]" if evidence.reference else ""
    return f"{name}: {value}{converted}{day}{source}"
