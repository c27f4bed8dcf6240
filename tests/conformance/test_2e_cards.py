"""Checklist 2.E: cards, over every situation of `fixtures/`, in the form of each client profile."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from cds_hooks.advice.summary import fit_summary
from tests.api.client_profiles import answer
from tests.api.real_service import open_client
from tests.conformance.calls import Json, list_cards

_SYSTEM_OF_HL7 = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"


def list_codings() -> list[Json]:
    topics = [card["source"]["topic"] for card in list_cards()]
    return topics + [reason for card in list_cards() for reason in card.get("overrideReasons", ())]


@pytest.mark.parametrize(("words", "length"), [(139, 139), (140, 139), (500, 139)])
def test_s80_summary_has_fewer_than_140_characters(words: int, length: int) -> None:
    assert all(0 < len(card["summary"]) < 140 and "\n" not in card["summary"] for card in list_cards())
    assert len(fit_summary(("x" * words,))) == length


def test_s81_the_indicator_is_info_warning_or_critical() -> None:
    assert {card["indicator"] for card in list_cards()} == {"info", "warning", "critical"}


def test_s82_every_card_names_its_source() -> None:
    labels = {card["source"]["label"] for card in list_cards()}
    assert any("SmPC" in label for label in labels)


def test_s83_the_detail_is_markdown_without_html() -> None:
    details = [card["detail"] for card in list_cards()]
    assert all("**" in detail for detail in details)
    assert not any(re.search(r"(?<!\\)<[A-Za-z/!]", detail) for detail in details)


def test_s84_every_card_has_an_id_of_its_own() -> None:
    ids = [card["uuid"] for card in list_cards()]
    assert all(str(UUID(id)) == id for id in ids)
    assert len(set(ids)) == len(ids)


def test_s85_suggestions_are_there_or_left_out() -> None:
    offered = [card["suggestions"] for card in list_cards() if "suggestions" in card]
    assert offered
    assert all(offered)
    assert len(offered) < len(list_cards())


def test_s86_selection_behavior_stands_beside_suggestions_as_the_client_knows_it() -> None:
    behaviors = {card.get("selectionBehavior") for card in list_cards() if "suggestions" in card}
    assert behaviors == {"any", "at-most-one"}
    assert {card["selectionBehavior"] for card in answer("epic-shape", "epic")["cards"] if "suggestions" in card} <= {"any"}


def test_s87_every_reason_has_a_display() -> None:
    reasons = [card["overrideReasons"] for card in list_cards() if "overrideReasons" in card]
    assert reasons
    assert all(reason["display"] for each in reasons for reason in each)


def test_s88_reasons_use_the_published_codes_where_there_is_one() -> None:
    reasons = [reason for card in list_cards() for reason in card.get("overrideReasons", ())]
    published = {reason["code"] for reason in reasons if reason["system"] == _SYSTEM_OF_HL7}
    assert {"risk-benefit-ratio", "action-completed"} <= published
    assert {reason["system"] for reason in reasons} <= {_SYSTEM_OF_HL7, "urn:cds-hooks-server:override-reason"}


def test_s89_links_are_there_and_never_an_empty_array() -> None:
    assert all(card["links"] for card in list_cards())


def test_s90_the_source_has_a_short_label() -> None:
    assert all(0 < len(card["source"]["label"]) <= 80 for card in list_cards())


def test_s91_the_url_of_the_source_is_absolute_and_answers() -> None:
    urls = {card["source"]["url"] for card in list_cards()}
    assert all(urlsplit(url).scheme == "https" for url in urls)
    assert {open_client().get(urlsplit(url).path).status_code for url in urls} == {200}


def test_s92_no_icon_is_given() -> None:
    assert all("icon" not in card["source"] for card in list_cards())


def test_s93_the_topic_is_one_coding() -> None:
    assert all(isinstance(card["source"]["topic"], dict) for card in list_cards())


def test_s94_a_coding_has_code_and_system_and_at_most_a_display() -> None:
    assert all({"code", "system"} <= set(coding) <= {"code", "system", "display"} for coding in list_codings())
