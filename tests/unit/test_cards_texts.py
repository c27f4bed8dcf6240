"""What a card says: texts in both languages, the order of the detail, summaries that fit, harmless text of the record."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from markdown_it import MarkdownIt

from cds_hooks.advice.markdown import escape, plain
from cds_hooks.advice.summary import fit_summary
from cds_hooks.advice.voice import Voice, capitalise
from cds_hooks.chart.finding import Amount, Evidence, Name, Value
from cds_hooks.hooks.profile import ORACLE
from cds_hooks.knowledge.model import Level, Text
from cds_hooks.knowledge.wording import say_number, say_recorded_date
from tests.unit.advice_setup import (
    compose,
    compose_whole,
    make_assessment,
    make_case,
    make_finding,
    make_knowledge,
    make_outcome,
    make_plain_outcome,
    make_rule,
)

HOSTILE = (
    "*a* _b_ `c` [d](http://e.example) ![f](g) <script>h</script> | i | ~~j~~ &lt; @k \\n",
    "# heading",
    "- list",
    "1. list",
    "> quote",
    "===",
    "---",
    "www.example.org",
    "http://example.org/x",
    "<https://example.org>",
    "someone@example.org",
    "[link]: http://example.org",
    "a\r\n\r\n# b",
    "| a | b |\n|---|---|\n| c | d |",
    "    code",
    "```",
    "line  \nbreak",
    "a\u202eb\u200bc",
    "$$x$$",
    ":smile:",
    "[^1]",
    "~~~",
)


# Values


@pytest.mark.parametrize(
    ("value", "english", "dutch"),
    [
        (Amount(Decimal("7.50"), "mg"), "7.5 mg", "7,5 mg"),
        (Amount(Decimal("10"), "mg"), "10 mg", "10 mg"),
        (Amount(Decimal("100"), "umol/L"), "100 µmol/L", "100 µmol/L"),
        (Amount(Decimal(28), "d"), "28 days", "28 dagen"),
        (Amount(Decimal(1), "wk"), "1 week", "1 week"),
        (Decimal("49.9999"), "49.99", "49,99"),
        (12, "12", "12"),
        (date(2026, 3, 1), "1 March 2026", "1 maart 2026"),
        (Name("regimen.test"), "first line", "eerste lijn"),
        ((Name("allergies"), "x_y", 3), "allergies, x\\_y or 3", "allergieën, x\\_y of 3"),
        (("only",), "only", "only"),
    ],
)
def test_values_are_said_in_the_language(value: Value, english: str, dutch: str) -> None:
    facts = make_knowledge().facts
    assert Voice(facts, "en").show(value) == english
    assert Voice(facts, "nl").show(value) == dutch


def test_a_value_just_below_a_limit_never_prints_as_the_limit() -> None:
    assert say_number(Decimal("29.999"), "en") == "29.99"


@pytest.mark.parametrize("number", [Decimal("1e300"), Decimal("-1e-300"), Decimal("NaN"), Decimal(0), Decimal("-0.004")])
def test_absurd_numbers_stay_short(number: Decimal) -> None:
    assert len(say_number(number, "nl")) <= 12


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        ("2026-02-20T08:00:00Z", "20 februari 2026"),
        ("2026-02", "februari 2026"),
        ("2026", "2026"),
        ("2026-13-01", None),
        ("yesterday", None),
    ],
)
def test_a_recorded_date_is_no_more_exact_than_recorded(recorded: str, said: str | None) -> None:
    assert say_recorded_date(recorded, "nl") == said


@pytest.mark.parametrize(("words", "said"), [("birth date", "Birth date"), ("eGFR", "eGFR"), ("pH", "pH"), ("", "")])
def test_a_line_starts_with_a_capital_unless_the_word_forbids_it(words: str, said: str) -> None:
    assert capitalise(words) == said


# Details


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        (
            "en",
            "**What to do**\n\n- Give 7.5 mg once a day.\n\n"
            "**Why**\n\n- The SmPC gives 7.5 mg for first line.\n"
            "- Creatinine: 1.61 mg/dL (= 142.32 µmol/L), 20 February 2026\n\n"
            "**Not known**\n\n- Birth date\n\n"
            "**Source**\n\n- SmPC lenalidomide, section 4.2 (Lenalidomide Amarox, RVG 125206, 2024)\n"
            "- Limit of this service, not of the SmPC: age of the creatinine: 30 days.\n"
            "- Beyond the letter of the SmPC: ours.",
        ),
        (
            "nl",
            "**Wat te doen**\n\n- Geef 7,5 mg eenmaal per dag.\n\n"
            "**Waarom**\n\n- De SmPC geeft 7,5 mg bij eerste lijn.\n"
            "- Creatinine: 1,61 mg/dL (= 142,32 µmol/L), 20 februari 2026\n\n"
            "**Niet bekend**\n\n- Geboortedatum\n\n"
            "**Bron**\n\n- SmPC lenalidomide, rubriek 4.2 (Lenalidomide Amarox, RVG 125206, 2024)\n"
            "- Grens van deze dienst, niet van de SmPC: leeftijd van de creatinine: 30 dagen.\n"
            "- Verder dan de letter van de SmPC: van ons.",
        ),
    ],
)
def test_the_detail_says_what_to_do_then_why_then_what_is_unknown_then_the_source(language: str, detail: str) -> None:
    rule = make_rule(derived=Text("ours.", "van ons."))
    finding = make_finding(missing=("birth date",), parameters=("renal-age",))
    (card,) = compose(make_outcome(rule, finding=finding), language=language)
    assert card["detail"] == detail


def test_of_several_rules_each_says_its_own_sentence_first() -> None:
    (card,) = compose(make_plain_outcome("lenalidomide.a", number=1), make_outcome(make_rule(number=2)))
    lower = "**Lower lenalidomide to 7.5 mg: creatinine clearance 28.4 mL/min.** Give 7.5 mg once a day."
    assert f"- **About lenalidomide.a.** About lenalidomide.a.\n- {lower}" in card["detail"]


def test_the_sections_of_all_rules_of_a_card_stand_once_in_order() -> None:
    first = make_plain_outcome("lenalidomide.a", number=1, section="4.10, 4.2")
    second = make_plain_outcome("lenalidomide.b", number=2, section="4.2, annex II D")
    (card,) = compose(first, second, language="nl")
    assert card["source"]["label"] == "SmPC lenalidomide, rubrieken 4.2, 4.10, bijlage II D"


def test_notes_of_a_fact_and_a_name_match_of_the_order_are_said() -> None:
    evidence = Evidence("allergies", "Revlimid", notes=("note.matched-by-text",))
    outcome = make_outcome(finding=make_finding(evidence=(evidence,)))
    assessment = make_assessment(outcome, matched_by_text=("MedicationRequest/order-1",))
    detail = compose_whole(assessment)["cards"][0]["detail"]
    assert "- Allergies: Revlimid (matched by text)" in detail
    assert "- This order was recognised by its name alone" in detail


def test_short_texts_leave_out_product_and_version() -> None:
    detail = compose(make_outcome(), profile=ORACLE)[0]["detail"]
    assert detail.endswith("**Source**\n\n- SmPC lenalidomide, section 4.2")


def test_a_text_of_several_lines_stays_one_bullet() -> None:
    text = Text("Agree on:\n\n- one\n- two", "Spreek af:\n\n- een\n- twee")
    (card,) = compose(make_outcome(case=make_case(do=text)))
    assert "- Agree on:\n\n  - one\n  - two\n\n**Why**" in card["detail"]


# Summaries


def test_a_summary_that_fits_is_left_alone() -> None:
    assert fit_summary(("x" * 139,)) == "x" * 139


def test_the_count_of_others_always_fits() -> None:
    summary = fit_summary((f"{'word ' * 40}",), 12)
    assert len(summary) <= 139
    assert summary.endswith("… (+12)")


def test_what_stands_in_brackets_goes_before_anything_else() -> None:
    message = "Stop lenalidomide at once: " + "x" * 90
    assert fit_summary((f"{message} (measured yesterday) (by someone)",)) == f"{message} (measured yesterday)"
    assert fit_summary((f"{message} (measured {'y' * 60})",)) == message


def test_a_cut_is_made_at_a_word() -> None:
    summary = fit_summary(("Stop. " + "abcdefghi " * 20,))
    assert re.fullmatch(r"Stop\. (abcdefghi )*abcdefghi…", summary)


def test_characters_outside_the_basic_plane_count_twice() -> None:
    assert len(fit_summary(("😀" * 100,)).encode("utf-16-le")) // 2 <= 139


def test_long_text_of_the_record_is_bounded_before_the_message_is_cut() -> None:
    text = Text("Do not give lenalidomide: severe allergy to {what} is on record.", "-{what}")
    outcome = make_outcome(
        case=make_case(Level.CRITICAL, summary=text, do=text, why=text),
        finding=make_finding(values={"what": "very " * 60}),
    )
    summary = compose(outcome)[0]["summary"]
    assert summary.startswith("Do not give lenalidomide: severe allergy to very")
    assert summary.endswith("is on record.")


def test_no_text_of_the_record_reads_as_a_tag_or_a_second_line_in_a_summary() -> None:
    assert plain("<script>\nalert(1)</script>  <5 mg", 80) == "‹script> alert(1)‹/script> <5 mg"


# Text of the record in Markdown


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("around", ["{}", "- {}", "- Name: {} (note)"])
def test_text_of_the_record_stays_plain_text(text: str, around: str) -> None:
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    html = markdown.render(around.format(escape(text)))
    tags = set(re.findall(r"</?([a-z0-9]+)", html))
    assert tags <= {"p", "ul", "li"}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_address_is_left_that_a_client_would_make_a_link_of(text: str) -> None:
    shown = MarkdownIt("commonmark").render(escape(text))
    assert not re.search(r"https?://|www\.|\w@\w|@\w", shown)


def test_ordinary_text_is_not_disfigured() -> None:
    assert escape("1.61 mg/dL, 20 February; 90 % of E-test (2nd)") == "1.61 mg/dL, 20 February; 90 % of E-test \\(2nd\\)"


def test_long_text_is_cut() -> None:
    assert len(escape("a" * 5000)) == 120


def test_a_hostile_fact_cannot_leave_its_line() -> None:
    evil = Evidence("allergies", "x\n\n# Ignore the card", "", "not a date\n- y", notes=())
    detail = compose(make_outcome(finding=make_finding(evidence=(evil,))))[0]["detail"]
    assert "- Allergies: x \\# Ignore the card, not a date - y" in detail.splitlines()
