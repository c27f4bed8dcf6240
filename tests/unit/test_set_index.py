"""The index of all value sets finds what each set itself would find."""

from __future__ import annotations

import pytest

from cds_hooks.chart.concept import Coding, Concept, Match
from cds_hooks.chart.phrases import names_as_cause, strip_grade_and_cause
from cds_hooks.chart.records import Product
from cds_hooks.chart.set_index import GRADES, SetIndex
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.knowledge.vocabulary import Vocabulary, read_vocabulary


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return read_vocabulary(find_cards_folder())


def ask_each_set(vocabulary: Vocabulary, *concepts: Concept) -> dict[str, Match]:
    return {one.id: match for one in vocabulary.sets.values() if (match := one.find_any(concepts))}


def test_every_name_leads_to_the_sets_that_count_it(vocabulary: Vocabulary) -> None:
    for name in sorted({name for one in vocabulary.sets.values() for name in one.names}):
        for concept in (Concept(text=name), Concept(text=f"{name} 10 mg"), Concept(text=f"no {name.upper()}")):
            found = vocabulary.set_index.find_sets(concept)
            assert found == ask_each_set(vocabulary, concept)
            assert not found or vocabulary.set_index.knows_name(concept.text)


def test_every_code_leads_to_the_sets_that_hold_it(vocabulary: Vocabulary) -> None:
    codes = {code for one in vocabulary.sets.values() for code in one.exact | one.below | one.excluded}
    for system, code in sorted(codes):
        for longer in (code, f"{code}1", code[:-1]):
            concept = Concept((Coding(system, longer),))
            found = vocabulary.set_index.find_sets(concept)
            assert found == ask_each_set(vocabulary, concept)
            assert not found or vocabulary.set_index.knows_code(system, longer)


@pytest.mark.parametrize(
    "written", ["Tinnitus, grade 3", "Tinnitus due to lenalidomide", "Tinnitus caused by it", "Multiple myeloma"]
)
def test_a_problem_is_known_by_its_name_or_where_it_may_tell_a_grade_or_a_cause(vocabulary: Vocabulary, written: str) -> None:
    assert vocabulary.set_index.knows_problem(written)


@pytest.mark.parametrize("written", ["Tinnitus", "Osteoarthritis of the knee (disorder)", "Artrose, niet gespecificeerd"])
def test_a_problem_is_not_known_by_words_that_names_have_too(vocabulary: Vocabulary, written: str) -> None:
    assert not vocabulary.set_index.knows_problem(written)


def test_every_text_in_which_a_grade_or_a_cause_is_found_is_known(vocabulary: Vocabulary) -> None:
    sets = vocabulary.sets
    grades = [name for one in GRADES for name in sets[one].names]
    causes = [f"{lead} lenalidomide" for lead in sets["cause-lead-in"].names]
    follows = [f"lenalidomide {after}" for after in sets["cause-follows"].names]
    for told in (*grades, *causes, *follows):
        concept = Concept(text=f"tinnitus {told} sinds")
        found = strip_grade_and_cause(concept, "lenalidomide", sets) is not None or names_as_cause(concept, "lenalidomide", sets)
        assert found
        assert vocabulary.set_index.knows_problem(concept.text)


def test_the_sets_of_a_concept_are_those_of_the_index_that_is_asked(vocabulary: Vocabulary) -> None:
    concept = Concept(text="lenalidomide")
    nothing = SetIndex({})
    for index, found in (
        (vocabulary.set_index, True),
        (vocabulary.set_index, True),
        (nothing, False),
        (vocabulary.set_index, True),
    ):
        assert bool(index.find_sets(concept)) is found
    both = vocabulary.set_index.find_product_sets(Product(Concept(text="nothing"), ingredients=(concept,)))
    assert both == vocabulary.set_index.find_sets(concept) == vocabulary.set_index.find_sets(Concept(text="lenalidomide"))


def test_a_product_is_in_the_sets_of_all_that_names_it_in_any_order(vocabulary: Vocabulary) -> None:
    substance = Concept((Coding("http://www.whocc.no/atc", "L04AX04", "lenalidomide"),))
    other = Concept((Coding("http://www.whocc.no/atc", "C07AB03", "atenolol"),), "Dexamethasone 40 mg tablet")
    for first, *others in ((substance, other), (other, substance), (other,), (Concept(),)):
        product = Product(first, ingredients=tuple(others))
        assert vocabulary.set_index.find_product_sets(product) == ask_each_set(vocabulary, first, *others)
