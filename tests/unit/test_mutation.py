"""The mutation check: a seeded tenth of all mutants (CDS_HOOKS_MUTATION_SEED), and that it would find what nobody proves."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal

import pytest

from cds_hooks.chart.age import find_age_below
from cds_hooks.chart.count_limits import Level
from cds_hooks.chart.dose_levels import TakenDose, find_dose_before
from cds_hooks.chart.finding import Evidence
from cds_hooks.knowledge.source import YamlFile
from mutation.card_files import CARDS, edit
from mutation.comparisons import changed, find_comparison_mutants, marking
from mutation.mutants import CODE, COMPARISON, JOIN, NOT, NUMBER, Mutant, find_card_mutants
from mutation.run import Verdict, choose, compose_report, find_mutants, is_enough, judge

PATH = CARDS / "toy" / "rules.yaml"
SEED = int(os.environ.get("CDS_HOOKS_MUTATION_SEED", "2026"))


def find_mutants_of(data: object) -> list[tuple[str, str]]:
    file = YamlFile(PATH, data, {})
    return [(mutant.kind, mutant.what) for mutant in find_card_mutants({PATH: file})]


def _begun(day: date) -> TakenDose:
    return TakenDose(day, Level(Decimal(10), None), Evidence("medicine", "lenalidomide", "", ""))


def test_a_number_moves_by_its_last_written_digit() -> None:
    found = find_mutants_of({"limit": Decimal("2.10"), "days": 84})
    assert [what for _, what in found] == ["limit: 2.10 -> 2.11", "limit: 2.10 -> 2.09", "days: 84 -> 85", "days: 84 -> 83"]


def test_conditions_are_changed_where_they_are_conditions() -> None:
    tree = {"all": [{"not": "dialysis"}, {"age-below": {"years": 18}}]}
    found = find_mutants_of({"rules": [{"id": "toy.a", "cases": [{"when": tree}]}]})
    assert [kind for kind, _ in found] == [JOIN, NOT, NUMBER, NUMBER]


def test_the_bounds_of_a_site_are_left_alone() -> None:
    assert find_mutants_of({"parameters": {"a": {"low": 1, "high": 3}}}) == []


def test_the_last_code_of_a_group_takes_the_group_with_it() -> None:
    data = {"sets": [{"id": "a", "include": [{"system": "atc", "codes": {"C10AA": "statins"}}]}]}
    file = YamlFile(PATH, data, {})
    (mutant,) = find_card_mutants({PATH: file})
    assert mutant.kind == CODE
    assert mutant.apply(file).data == {"sets": [{"id": "a", "include": []}]}


def test_an_edit_leaves_the_file_as_it_was() -> None:
    file = YamlFile(PATH, {"a": [1]}, {})
    assert edit(file, ("a", 0), 2).data == {"a": [2]}
    assert file.data == {"a": [1]}


def test_a_comparison_is_changed_and_changed_back() -> None:
    before = find_age_below.__code__
    mutant = next(m for m in find_comparison_mutants() if m.file == "cds_hooks/chart/age.py")
    with changed(mutant):
        assert find_age_below.__code__ is not before
    assert find_age_below.__code__ is before


def test_a_marked_comparison_tells_which_changes_would_answer_otherwise() -> None:
    mutants = [m for m in find_comparison_mutants() if m.what.startswith("find_dose_before: dose.since < day")]
    with marking(mutants) as differing:
        assert find_dose_before([_begun(date(2026, 3, 2))], date(2026, 3, 2))
        assert {key.rpartition(": ")[2] for key in differing} == {"< -> <=", "< -> >="}
        differing.clear()
        assert find_dose_before([_begun(date(2026, 3, 1))], date(2026, 3, 2))
        assert {key.rpartition(": ")[2] for key in differing} == {"< -> >="}


@pytest.mark.parametrize(("kind", "killers", "enough"), [(NUMBER, ["a", ""], False), (CODE, ["a"] * 19 + [""], True)])
def test_every_number_and_most_codes_have_to_be_noticed(kind: str, killers: list[str], enough: bool) -> None:
    verdicts = [Verdict(Mutant(kind, "cards/x.yaml", 3, "1 -> 2"), killer) for killer in killers]
    assert is_enough(verdicts) is enough


def test_survivors_are_listed_by_file_and_line() -> None:
    report = compose_report([Verdict(Mutant(NUMBER, "cards/x.yaml", 3, "a: 1 -> 2"), "")])
    assert report.splitlines()[-1] == "cards/x.yaml:3: number: a: 1 -> 2"


def test_a_tenth_is_the_same_for_the_same_seed() -> None:
    mutants = find_mutants()
    assert choose(mutants, seed=3) == choose(mutants, seed=3) != choose(mutants, seed=4)


def test_a_tenth_of_all_numbers_comparisons_and_conditions_is_noticed_by_the_clinical_cases() -> None:
    verdicts = judge(choose(find_mutants(), kinds=(NUMBER, COMPARISON, NOT, JOIN), seed=SEED))
    assert is_enough(verdicts), compose_report(verdicts)


def test_a_tenth_of_all_codes_is_noticed_by_the_clinical_cases() -> None:
    verdicts = judge(choose(find_mutants(), kinds=(CODE,), seed=SEED))
    assert is_enough(verdicts), compose_report(verdicts)
