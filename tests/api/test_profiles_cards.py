"""Every card over all situations, profiles and languages: as that client can take it, and nothing of safety lost."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pytest

from cds_hooks.advice.checking import find_faults
from cds_hooks.hooks.profile import PROFILES
from tests.api.client_profiles import APP, BASE, Json, answer, answer_request, list_resources, load, read_advice
from tests.api.fixture_files import SITUATIONS, read_request
from tests.clinical.build import build_request, read_now
from tests.clinical.format import Case
from tests.clinical.load import find_case_files, read_cases

SOURCE = {"en": "**Source**", "nl": "**Bron**"}

every_situation = pytest.mark.parametrize("situation", SITUATIONS)
every_profile = pytest.mark.parametrize("profile", PROFILES)
both_languages = pytest.mark.parametrize("language", ["en", "nl"])


@cache
def list_cases() -> list[Case]:
    """Every clinical case."""
    return [loaded.case for path in find_case_files() for loaded in read_cases(path)]


def tell_safety(card: Json, language: str) -> tuple[Any, ...]:
    """What no profile may change: the message, what to do, why, what is not known, the evidence and the offers."""
    offers = [action["resource"] for s in card.get("suggestions", ()) for action in s["actions"]]
    reasons = [reason["code"] for reason in card.get("overrideReasons", ())]
    detail = card["detail"].partition(SOURCE[language])[0]
    return card["summary"], card["indicator"], detail, read_advice(card), offers, reasons


@both_languages
@every_profile
@every_situation
def test_no_profile_takes_a_safety_message_away(situation: str, profile: str, language: str) -> None:
    default, other = answer(situation, "default", language), answer(situation, profile, language)
    assert [tell_safety(card, language) for card in other["cards"]] == [tell_safety(card, language) for card in default["cards"]]
    assert other.get("extension") == default.get("extension")


@pytest.mark.parametrize("profile", ["epic", "oracle", "sandbox"])
def test_nor_in_a_tenth_of_the_clinical_cases(profile: str) -> None:
    for case in list_cases()[::10]:
        request, now = build_request(case, name="case"), read_now(case)
        default, other = answer_request(request, "default", now=now), answer_request(request, profile, now=now)
        assert [tell_safety(card, "en") for card in other["cards"]] == [tell_safety(card, "en") for card in default["cards"]]
        assert find_faults(other) == []


@both_languages
@every_profile
@every_situation
def test_a_response_is_sound_whoever_asks(situation: str, profile: str, language: str) -> None:
    assert find_faults(answer(situation, profile, language)) == []


@every_profile
@every_situation
def test_each_suggestion_is_one_action_that_says_what_it_does(situation: str, profile: str) -> None:
    for card in answer(situation, profile)["cards"]:
        for suggestion in card.get("suggestions", ()):
            (action,) = suggestion["actions"]
            assert action["description"].startswith(suggestion["label"].split(" (choose")[0])
            assert "isRecommended" not in suggestion


@every_profile
@every_situation
def test_each_card_links_to_the_page_of_its_leading_rule(situation: str, profile: str) -> None:
    for card in answer(situation, profile)["cards"]:
        pages = [link["url"] for link in card["links"] if link["type"] == "absolute"]
        assert pages[0] == card["source"]["url"] == f"{BASE}/rules/{read_advice(card)['rules'][0]}"
        assert set(pages) <= {f"{BASE}/rules/{rule}" for rule in read_advice(card)["rules"]}


@every_profile
@every_situation
def test_the_app_is_told_nothing_of_the_patient_or_the_order(situation: str, profile: str) -> None:
    for card in answer(situation, profile)["cards"]:
        (app,) = [link for link in card["links"] if link["type"] == "smart"]
        told = json.loads(app.get("appContext", "{}"))
        assert app["url"] == APP
        assert set(told) <= {"rules", "medicine"}
        assert told.get("rules", read_advice(card)["rules"]) == read_advice(card)["rules"]
        assert told.get("medicine") in (None, "lenalidomide", "denosumab")


@every_situation
def test_no_word_of_the_patient_is_in_a_link(situation: str) -> None:
    patient = read_request(situation)["context"]["patientId"]
    links = [card["links"] for card in answer(situation, "default")["cards"]]
    assert patient not in json.dumps(links)


@both_languages
@every_situation
def test_epic_gets_any_and_topics_without_punctuation(situation: str, language: str) -> None:
    for card in answer(situation, "epic", language)["cards"]:
        assert card.get("selectionBehavior", "any") == "any"
        assert re.fullmatch(r"[A-Za-z0-9]{1,100}", card["source"]["topic"]["code"])


@every_situation
def test_the_topic_of_an_alert_is_the_same_in_each_answer_and_language(situation: str) -> None:
    english, dutch = answer(situation, "epic")["cards"], answer(situation, "epic", "nl")["cards"]
    assert [card["source"]["topic"] for card in english] == [card["source"]["topic"] for card in dutch]


def test_no_two_alerts_of_epic_share_a_topic() -> None:
    rules = load().knowledge.rules.values()
    topics = {rule.id for rule in rules} | {f"{rule.medicine}.{rule.group}" for rule in rules}
    assert len({re.sub("[^A-Za-z0-9]", "", topic)[:100] for topic in topics}) == len(topics)


@both_languages
@every_situation
def test_oracle_health_gets_no_app_context_no_table_and_no_longer_a_text(situation: str, language: str) -> None:
    default = answer(situation, "default", language)["cards"]
    for card, longer in zip(answer(situation, "oracle", language)["cards"], default, strict=True):
        assert "appContext" not in json.dumps(card)
        assert card.get("selectionBehavior", "at-most-one") == "at-most-one"
        assert not any(line.lstrip().startswith("|") for line in card["detail"].splitlines())
        assert len(card["detail"]) <= len(longer["detail"])
        assert len(card["links"]) <= 2


@both_languages
@every_situation
def test_no_card_holds_a_word_that_breaks_a_narrow_sidebar(situation: str, language: str) -> None:
    for card in answer(situation, "oracle", language)["cards"]:
        assert max(map(len, re.findall(r"[^\s/-]+", card["detail"]))) <= 40


@every_situation
def test_the_sandbox_finds_text_and_code_in_every_order(situation: str) -> None:
    for resource in list_resources(answer(situation, "sandbox")):
        said = resource.get("medicationCodeableConcept") or resource["code"]
        assert said["text"]
        assert said["coding"][0]["code"]


@every_profile
@every_situation
def test_feedback_on_a_card_can_name_it(situation: str, profile: str) -> None:
    for card in answer(situation, profile)["cards"]:
        assert card["uuid"]
        assert all(suggestion["uuid"] for suggestion in card.get("suggestions", ()))
