"""Links: the page of each rule of a card, and the site's SMART app without anything of the patient."""

from __future__ import annotations

import json
from typing import Any

from cds_hooks.advice.refused import Refused, compose_refused
from cds_hooks.hooks.profile import EPIC, ORACLE
from cds_hooks.knowledge.model import Level
from tests.unit.advice_setup import compose, make_context, make_plain_outcome

APP = "https://app.example.org/launch?client=9"
FIRST = make_plain_outcome("lenalidomide.renal-dose", number=1)
SECOND = make_plain_outcome("lenalidomide.dose-interval", number=2)


def list_links(*outcomes: Any, **members: Any) -> list[dict[str, str]]:
    (card,) = compose(*outcomes, **members)
    links: list[dict[str, str]] = card["links"]
    return links


def test_a_card_links_to_the_page_of_its_rule() -> None:
    (link,) = list_links(FIRST, base_url="https://cds.example.org/base/")
    assert link == {
        "label": "About this check: Dose for kidney function",
        "url": "https://cds.example.org/base/rules/lenalidomide.renal-dose",
        "type": "absolute",
    }


def test_a_grouped_card_links_to_the_page_of_each_rule_the_leading_first() -> None:
    links = list_links(FIRST, SECOND, language="nl")
    assert [link["url"].rpartition("/")[2] for link in links] == ["lenalidomide.renal-dose", "lenalidomide.dose-interval"]
    assert links[0]["label"] == "Over deze controle: Dosis bij nierfunctie"


def test_short_texts_have_the_leading_rule_alone() -> None:
    assert [link["url"][-10:] for link in list_links(FIRST, SECOND, profile=ORACLE)] == ["renal-dose"]


def test_what_was_not_checked_links_to_no_page_that_is_not_there() -> None:
    (card,) = compose(not_checked=("conditions",))
    assert "links" not in card


def test_without_an_app_no_link_is_smart() -> None:
    assert {link["type"] for link in list_links(FIRST, SECOND)} == {"absolute"}


def test_the_app_of_the_site_is_launched_as_smart_with_our_own_ids() -> None:
    link = list_links(FIRST, SECOND, smart_app=APP)[-1]
    assert (link["type"], link["url"]) == ("smart", APP)
    told = json.loads(link["appContext"])
    assert told == {"rules": ["lenalidomide.renal-dose", "lenalidomide.dose-interval"], "medicine": "lenalidomide"}


def test_a_client_that_knows_no_app_context_gets_none() -> None:
    assert list_links(FIRST, smart_app=APP, profile=ORACLE)[-1] == {
        "label": "Open the medication app",
        "url": APP,
        "type": "smart",
    }


def test_no_profile_takes_the_app_away() -> None:
    critical = make_plain_outcome("lenalidomide.pregnancy", Level.CRITICAL)
    assert [link["type"] for link in list_links(critical, smart_app=APP, profile=EPIC)] == ["absolute", "smart"]


def test_a_refused_call_launches_no_app() -> None:
    (card,) = compose_refused(Refused("is required", "context.draftOrders"), make_context())["cards"]
    assert "links" not in card
