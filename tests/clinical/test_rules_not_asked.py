"""A rule of which the record holds nothing is cleared without being asked, and one of which no case can hold is not asked case by
case: asked all the same, it answers exactly that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.chart.bedside import Bedside
from cds_hooks.rules import assessing
from cds_hooks.rules.compilation import ReadyRule
from cds_hooks.rules.judging import judge_rules
from cds_hooks.rules.outcome import Assessment, Quiet, RuleOutcome
from cds_hooks.rules.situation import Situation
from cds_hooks.service import load_knowledge
from tests.clinical.build import build_request, read_now
from tests.clinical.load import find_case_files, read_cases
from tests.clinical.run import run_case


@pytest.mark.parametrize("path", find_case_files(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_asked_or_not_the_answer_is_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for loaded in list(read_cases(path))[::3]:
        request, now = build_request(loaded.case, name=loaded.id), read_now(loaded.case)
        _, assessment = run_case(request, now=now, site=loaded.case.site)
        with monkeypatch.context() as asking_all:
            asking_all.setattr(Bedside, "signs", None)
            asking_all.setattr(assessing, "judge_rules", _judge_case_by_case)
            _, asked = run_case(request, now=now, site=loaded.case.site)
        assert _list(assessment) == _list(asked), loaded.id


def _judge_case_by_case(rules: Iterable[ReadyRule], situation: Situation) -> tuple[list[RuleOutcome], Quiet]:
    return judge_rules([replace(ready, denies_all=None) for ready in rules], situation)


def _list(assessment: Assessment | None) -> Any:
    """Whatever it says, a rule that rests on nothing by whichever way."""
    return assessment and (assessment.outcomes, assessment.not_checked, assessment.matched_by_text, assessment.unusable)


def test_with_nothing_on_record_many_rules_are_not_asked_and_with_an_input_lacking_all_are() -> None:
    medicine = load_knowledge().medicines[0]
    assert len(medicine.find_awake(frozenset())) <= 50
    assert len(medicine.find_awake(None)) == len(medicine.rules)
