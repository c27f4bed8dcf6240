"""Checklist 2.G: links."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from tests.api.client_profiles import APP
from tests.conformance.calls import ask, list_links, woman


def test_s120_every_link_has_label_url_and_type() -> None:
    assert all(link["label"] and link["url"] and link["type"] for link in list_links())


def test_s121_an_absolute_link_is_absolute_and_a_smart_one_is_the_launch_url_alone() -> None:
    assert {link["type"] for link in list_links()} == {"absolute", "smart"}
    assert all(urlsplit(link["url"]).scheme == "https" for link in list_links())
    assert {link["url"] for link in list_links() if link["type"] == "smart"} == {APP}


def test_s122_app_context_is_a_text_on_smart_links_without_anything_of_the_patient() -> None:
    told = [link for link in list_links() if "appContext" in link]
    assert {link["type"] for link in told} == {"smart"}
    assert all(set(json.loads(link["appContext"])) <= {"rules", "medicine"} for link in told)


def test_s123_nothing_is_launched_by_itself() -> None:
    assert not any("autolaunchable" in link for link in list_links())


def test_s124_a_deep_link_leads_to_a_rule_and_tells_nothing_of_the_patient() -> None:
    call = woman()
    links = [link for card in ask(call).get_json()["cards"] for link in card["links"]]
    assert all(urlsplit(link["url"]).path.startswith("/rules/") and "?" not in link["url"] for link in links)
    assert not any(call["context"]["patientId"] in link["url"] for link in links)
    assert links
