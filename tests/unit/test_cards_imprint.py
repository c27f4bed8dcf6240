"""What is composed once for all patients says what composing it anew would, and nobody can change it for the next call."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from cds_hooks.advice import imprint
from cds_hooks.advice.imprint import begin_standing
from cds_hooks.advice.markdown import indent
from cds_hooks.advice.response import compose_response
from cds_hooks.hooks.profile import DEFAULT, EPIC, ORACLE
from cds_hooks.hooks.response import Card, Coding, Link, Source
from cds_hooks.knowledge.model import Level, RuleCase, Text
from cds_hooks.record import change, list_members
from cds_hooks.rules.outcome import RuleOutcome
from cds_hooks.service.advising import load_knowledge
from tests.unit.advice_setup import (
    CREATININE,
    compose,
    compose_whole,
    make_assessment,
    make_context,
    make_finding,
    make_outcome,
    make_plain_outcome,
    make_rule,
)

DOSE = make_plain_outcome("lenalidomide.renal-dose", number=1, override_reasons=("already-done",))
INTERVAL = make_plain_outcome("lenalidomide.dose-interval", number=2, section="4.4, annex II")
INFO = make_plain_outcome("lenalidomide.info", Level.INFO, number=3)
LOUDER = make_plain_outcome("lenalidomide.info", Level.CRITICAL, number=3)
OTHER = make_plain_outcome("denosumab.info", number=4, section="")
RECORD_FREE = make_finding(evidence=(), values={})
FREE = make_rule("lenalidomide.free", group="free")
DERIVED = make_rule("lenalidomide.derived", group="free", derived=Text("beyond {medicine}", "verder dan {medicine}"))
STOP, WAIT = Text("Stop {medicine}.", "Stop {medicine}."), Text("Wait.", "Wacht.")
LIMITED = make_outcome(make_rule("lenalidomide.limit", group="limit"), finding=make_finding(parameters=("renal-age",)))

#: Of one rule, without anything of the record: each differs from the first in one thing that the words hang on.
RECORD_FREE_OUTCOMES = [
    make_outcome(rule, RuleCase(level, {}, summary, do, why=why), finding=change(RECORD_FREE, **members))
    for rule, level, summary, do, why, members in (
        (FREE, Level.WARNING, STOP, WAIT, None, {}),
        (DERIVED, Level.WARNING, STOP, WAIT, None, {}),
        (FREE, Level.CRITICAL, STOP, WAIT, None, {}),
        (FREE, Level.WARNING, WAIT, WAIT, None, {}),
        (FREE, Level.WARNING, STOP, STOP, None, {}),
        (FREE, Level.WARNING, STOP, WAIT, WAIT, {}),
        (FREE, Level.WARNING, STOP, WAIT, None, {"remarks": ("remark.kidney-unstable",)}),
        (FREE, Level.WARNING, STOP, WAIT, None, {"parameters": ("renal-age",)}),
    )
]
#: The same, and something of the record: of these no words are kept.
OUTCOMES_OF_A_RECORD = [
    make_outcome(FREE, RuleCase(Level.WARNING, {}, STOP, WAIT), finding=change(RECORD_FREE, **members))
    for members in (
        {"missing": ("conditions",)},
        {"missing": ("Condition/of-someone",)},
        {"evidence": (CREATININE,)},
        {"values": {"medicine": "a name of the record"}},
    )
]

CARDS: list[tuple[RuleOutcome, ...]] = [
    *((outcome,) for outcome in RECORD_FREE_OUTCOMES),
    *((outcome,) for outcome in OUTCOMES_OF_A_RECORD),
    *((outcome, DOSE) for outcome in (RECORD_FREE_OUTCOMES[0], OUTCOMES_OF_A_RECORD[0])),
    tuple(RECORD_FREE_OUTCOMES[:2]),
    (DOSE,),
    (DOSE, INTERVAL),
    (INTERVAL,),
    (INFO,),
    (LOUDER,),
    (OTHER,),
    (LIMITED, INFO),
]
SETTINGS: list[dict[str, Any]] = [
    {"language": language, "profile": profile, "base_url": base, "smart_app": app}
    for language, profile, base, app in product(
        ("en", "nl"),
        (DEFAULT, EPIC, ORACLE, replace(DEFAULT, short_texts=True)),
        ("https://cds.example.org", "https://other.example.org"),
        ("", "https://app.example.org/launch"),
    )
]


def test_cards_of_kept_parts_are_those_composed_anew() -> None:
    standing = begin_standing()
    for _ in range(2):
        for outcomes, settings in product(CARDS, SETTINGS):
            assert compose(*outcomes, standing=standing, **settings) == compose(*outcomes, **settings)
    assert len(standing.imprints) > len(SETTINGS)


def test_of_a_record_nothing_is_kept() -> None:
    standing = begin_standing()
    for outcomes in CARDS:
        compose(*outcomes, standing=standing)
    assert len(standing.words) == len(RECORD_FREE_OUTCOMES)
    for told in ("cr-1", "1.61", "someone", "a name of the record", "order-1", "28.4"):
        assert told not in repr(standing)


def test_how_an_order_was_recognised_is_said_of_that_order_alone() -> None:
    standing = begin_standing()
    assessment = make_assessment(RECORD_FREE_OUTCOMES[0])
    by_name = make_assessment(RECORD_FREE_OUTCOMES[0], matched_by_text=("MedicationRequest/order-1",))
    for each in (assessment, by_name, assessment, by_name):
        assert compose_whole(each, standing=standing) == compose_whole(each)
    assert compose_whole(assessment) != compose_whole(by_name)


def test_no_more_is_kept_than_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imprint, "_MOST_KEPT", 3)
    standing = begin_standing()
    for outcomes in CARDS * 2:
        assert compose(*outcomes, standing=standing) == compose(*outcomes)
        assert all(len(kept) <= 3 for kept in list_members(standing))


def test_an_answer_that_is_changed_changes_no_later_one() -> None:
    standing = begin_standing()
    (card,) = compose(DOSE, INTERVAL, standing=standing)
    kept = compose(DOSE, INTERVAL)
    for part in (card["source"], card["source"]["topic"], *card["overrideReasons"], *card["links"]):
        part.clear()
    card["links"].clear()
    assert compose(DOSE, INTERVAL, standing=standing) == kept


def test_other_knowledge_begins_anew() -> None:
    evaluator = load_knowledge()
    evaluator.standing.limits["en", "x"] = "an old limit"
    assert replace(evaluator, knowledge=replace(evaluator.knowledge, version="2")).standing == begin_standing()


def test_a_text_that_cannot_be_written_is_withheld_wherever_it_stands(caplog: pytest.LogCaptureFixture) -> None:
    broken = make_plain_outcome("lenalidomide.broken", section="\ud800", group="tests")
    response = compose_response(make_assessment(broken, DOSE), context=make_context())
    assert [card["indicator"] for card in response["cards"]] == ["warning", "info"]
    assert "cannot be written as JSON" in caplog.text


def test_fixed_members_leave_out_what_is_empty() -> None:
    card = Card("s", "info", Source("l", topic=Coding("c", "u")), "id", links=(Link("l", "u"),)).to_json()
    assert card["source"] == {"label": "l", "topic": {"code": "c", "system": "u"}}
    assert card["links"] == [{"label": "l", "url": "u", "type": "absolute"}]
    assert "overrideReasons" not in card


@pytest.mark.parametrize(
    "line",
    ["", " ", "one", " one ", "a\nb", "a\n\nb", "\na", "a\r\nb", "a\x0bb", "a\x1cb", "a\x85b", "a\u2028b", "a\u2060b", "µ"],
)
def test_a_bullet_breaks_where_its_text_breaks(line: str) -> None:
    first, *more = line.strip().splitlines() or [""]
    assert indent(line) == "\n".join([f"- {first}", *[f"  {one}" if one else one for one in more]])
