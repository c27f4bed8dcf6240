"""The rule book: whole, in both languages, and readable without YAML."""

from __future__ import annotations

import re

import pytest

from cds_hooks.cli import main
from cds_hooks.errors import WrongUse
from cds_hooks.knowledge.templates import find_placeholders
from cds_hooks.service import load_knowledge
from cds_hooks.service.rule_book import compose_rule_book

KNOWLEDGE = load_knowledge().knowledge
CASES = {"lenalidomide.under-18": ("A boy of 17 gets no lenalidomide",)}
LANGUAGES = pytest.mark.parametrize("language", ["en", "nl"])


def write_book(medicine: str | None = None, language: str = "en") -> str:
    return compose_rule_book(KNOWLEDGE, medicine, language, cases=CASES)


def find_chapter(book: str, rule_id: str) -> str:
    """The text of one rule: from its heading to the next."""
    return next(part for part in re.split(r"^#+ ", book, flags=re.MULTILINE) if f"\n`{rule_id}` ·" in part)


@LANGUAGES
def test_every_rule_has_a_chapter_with_all_its_texts(language: str) -> None:
    book = write_book(language=language)
    for rule in KNOWLEDGE.rules.values():
        chapter = find_chapter(book, rule.id)
        assert rule.fires_when.in_language(language) in chapter
        assert chapter.count("\n> ") == len(rule.cases) + bool(rule.unknown_case)


def test_every_placeholder_of_a_rule_has_words() -> None:
    """Add `placeholder.<name>` to cards/facts.yaml for a new one (hyphens for underscores)."""
    cases = [case for rule in KNOWLEDGE.rules.values() for case in (*rule.cases, *filter(None, [rule.unknown_case]))]
    texts = [text.en for case in cases for text in (case.summary, case.do, case.why) if text]
    names = {name.replace("_", "-") for text in texts for name in find_placeholders(text)}
    assert {name for name in names if f"placeholder.{name}" not in KNOWLEDGE.facts} == set()


@LANGUAGES
def test_no_brace_is_left(language: str) -> None:
    assert not set("{}") & set(write_book(language=language))


def test_a_placeholder_stands_in_words() -> None:
    assert "‹de klaring›" in find_chapter(write_book("lenalidomide", "nl"), "lenalidomide.renal-dose")


def test_the_book_of_one_medicine_holds_no_other() -> None:
    book = write_book("denosumab")
    assert "`denosumab.hypocalcaemia`" in book
    assert "lenalidomide" not in book.casefold()


def test_a_medicine_that_is_not_here_is_refused_with_those_that_are() -> None:
    with pytest.raises(WrongUse, match="lenalidomide, denosumab"):
        write_book("aspirin")


def test_a_chapter_names_section_level_reasons_and_cases() -> None:
    chapter = find_chapter(write_book("lenalidomide"), "lenalidomide.under-18")
    for expected in ("Section 4.2", "*Critical*", "nobody yet", "- An expert advised otherwise", "- A boy of 17 gets no"):
        assert expected in chapter


def test_the_service_s_own_numbers_are_told_apart() -> None:
    chapter = find_chapter(write_book("lenalidomide"), "lenalidomide.liver-tests")
    assert "Numbers of the service, not of the SmPC" in chapter
    assert "ALT or AST is clearly raised: 3 (default)" in chapter


def test_a_number_of_the_site_is_called_so() -> None:
    own = load_knowledge({"parameters": {"liver-transaminases-times": 5}}).knowledge
    chapter = find_chapter(compose_rule_book(own, "lenalidomide", "en", cases=None), "lenalidomide.liver-tests")
    assert "ALT or AST is clearly raised: 5 (set by this site)" in chapter


def test_without_the_cases_at_hand_the_book_says_so() -> None:
    book = compose_rule_book(KNOWLEDGE, "lenalidomide", "en", cases=None)
    assert "not in this installation" in book
    assert "**Cases" not in book


@pytest.mark.parametrize(
    "row",
    [
        "(`mm-rd`) | 25 mg on 21 of 28 days | 20 mg, 15 mg, 10 mg, 5 mg, 2.5 mg |  |  |",
        "(`mm-rvd`) | 25 mg on 14 of 21 days | 20 mg, 15 mg, 10 mg, 5 mg, 2.5 mg |  | 8 |",
        "(`fl`) | ≥ 30, < 60 | 10 mg | after 2 cycles: 15 mg |",
        "(`fl`) | dialysis | no data |  |",
        "(`mds`) | neutrophils | ≥ 0.5 | < 0.5 | ≥ 0.5: one level lower | ≥ 0.5: one level lower |",
        "(`mm-mpr`) | platelets | ≥ 75 | first < 25, later < 30 |",
    ],
)
def test_the_tables_of_4_2_are_in_the_book(row: str) -> None:
    assert row in write_book("lenalidomide")


def test_the_command_prints_the_book_with_the_cases_of_the_checkout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "denosumab", "--language", "nl"]) == 0
    book = capsys.readouterr().out
    assert book.startswith("# Regelboek\n")
    assert re.search(r"\*\*Casussen \([1-9]", book)


def test_a_wrong_medicine_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "aspirin"]) == 2
    assert capsys.readouterr().err == "cds-hooks: no medicine 'aspirin' here; there are lenalidomide, denosumab\n"
