"""The same facts in the shape of FHIR R4, R5 and STU3: the same outcomes and the same cards. Every patient here is synthetic."""

from __future__ import annotations

import json
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.api.fixture_files import SITUATIONS, find_resources, read_expected, read_request
from tests.api.other_versions import write_over
from tests.clinical.build import build_request, read_now
from tests.clinical.load import LoadedCase, find_case_files, read_cases
from tests.clinical.run import find_faults, run_case

#: By hand, element by element: one record that holds every type that is read.
BY_HAND = Path(__file__).parents[1] / "data" / "fhir_versions"
NOW = datetime.fromisoformat("2026-03-02T10:00:00+01:00")
MODELS = {"R4": "fhir.resources.R4B", "R5": "fhir.resources", "STU3": "fhir.resources.STU3"}
#: Every tenth clinical case; STU3 has no word for an order not to be carried out.
CASES = [case for path in find_case_files() for case in read_cases(path)][::10]
CHANGE_IT_YOURSELF = {"en": "Change it in the order itself", "nl": "Wijzig het in de order zelf"}

both = pytest.mark.parametrize("version", ["R5", "STU3"])


def read_by_hand(version: str) -> dict[str, Any]:
    return dict(json.loads((BY_HAND / f"{version.lower()}.json").read_bytes()))


def tell_outcomes(request: dict[str, Any], now: datetime, site: Any = None) -> list[Any]:
    """Every outcome with its evidence; of a date its day, since R5 dates a consent by the day."""
    _, assessment = run_case(request, now=now, site=site)
    told: list[Any] = [assessment.not_checked]
    for outcome in assessment.outcomes:
        facts = [(fact.what, fact.value, fact.unit, fact.date[:10], fact.reference) for fact in outcome.finding.evidence]
        told.append((outcome.rule.id, outcome.order.reference, outcome.state, outcome.level, outcome.finding.missing, facts))
    return told


def tell_cards(request: dict[str, Any], language: str = "en") -> list[Any]:
    """The cards in all their words, without what tells one response from another and without the offered changes."""
    response, _ = run_case(request, now=NOW, language=language)
    assert find_faults(response) == []
    told = []
    for card in response["cards"]:
        kept = {name: value for name, value in card.items() if name not in ("uuid", "suggestions", "selectionBehavior")}
        kept["detail"] = "\n".join(line for line in card["detail"].split("\n") if CHANGE_IT_YOURSELF[language] not in line)
        told.append((kept, find_offers(card, "ServiceRequest")))
    return told


def find_offers(card: dict[str, Any], kind: str) -> list[Any]:
    offered = [action["resource"] for suggestion in card.get("suggestions", ()) for action in suggestion["actions"]]
    return [resource for resource in offered if resource["resourceType"] == kind]


def validate(request: dict[str, Any], version: str) -> None:
    find_model = import_module(MODELS[version]).get_fhir_model_class
    for resource in find_resources(request):
        find_model(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize("version", list(MODELS))
def test_the_record_by_hand_is_valid_in_its_version(version: str) -> None:
    validate(read_by_hand(version), version)


@pytest.mark.parametrize("language", ["en", "nl"])
@both
def test_a_record_by_hand_gets_the_cards_of_r4(version: str, language: str) -> None:
    cards = tell_cards(read_by_hand(version), language)
    assert cards == tell_cards(read_by_hand("R4"), language)
    assert [card["extension"]["dev.cds-hooks-server.advice"]["rules"][0] for card, _ in cards] == [
        "lenalidomide.thalidomide-severe-rash",
        "lenalidomide.renal-dose",
        "lenalidomide.blood-count",
        "lenalidomide.ppp.male",
        "lenalidomide.elderly-combination",
    ]


@both
def test_a_record_by_hand_gets_the_outcomes_of_r4(version: str) -> None:
    assert tell_outcomes(read_by_hand(version), NOW) == tell_outcomes(read_by_hand("R4"), NOW)


@pytest.mark.parametrize("language", ["en", "nl"])
@both
def test_an_order_of_another_version_is_not_changed_and_the_card_says_so(version: str, language: str) -> None:
    response, _ = run_case(read_by_hand(version), now=NOW, language=language)
    (card,) = (card for card in response["cards"] if "renal-dose" in card["source"]["topic"]["code"])
    assert find_offers(card, "MedicationRequest") == []
    assert f"{CHANGE_IT_YOURSELF[language]}:" in card["detail"]
    assert f"FHIR {version}" in card["detail"]


def test_an_order_of_r4_is_offered_changed_without_that_word() -> None:
    response, _ = run_case(read_by_hand("R4"), now=NOW)
    (card,) = (card for card in response["cards"] if "renal-dose" in card["source"]["topic"]["code"])
    assert len(find_offers(card, "MedicationRequest")) == 1
    assert CHANGE_IT_YOURSELF["en"] not in card["detail"]


@both
@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_situation_written_over_is_valid_in_that_version(situation: str, version: str) -> None:
    if read_expected(situation).invalid_fhir:
        return
    validate(write_over(read_request(situation), version), version)


@both
@pytest.mark.parametrize("situation", SITUATIONS)
def test_a_situation_written_over_gets_the_outcomes_of_r4(situation: str, version: str) -> None:
    request, now = read_request(situation), read_expected(situation).now
    assert tell_outcomes(write_over(request, version), now) == tell_outcomes(request, now)


@both
@pytest.mark.parametrize("loaded", CASES, ids=lambda loaded: loaded.id)
def test_a_clinical_case_written_over_gets_the_outcomes_of_r4(loaded: LoadedCase, version: str) -> None:
    request, now, site = build_request(loaded.case, name=loaded.id), read_now(loaded.case), loaded.case.site
    if version == "STU3" and "doNotPerform" in json.dumps(request):
        return
    assert tell_outcomes(write_over(request, version), now, site) == tell_outcomes(request, now, site)


@both
def test_orders_and_records_of_several_versions_stand_beside_each_other(version: str) -> None:
    request = read_by_hand("R4")
    request["prefetch"] |= {key: read_by_hand(version)["prefetch"][key] for key in ("conditions", "statements", "allergies")}
    assert tell_outcomes(request, NOW) == tell_outcomes(read_by_hand("R4"), NOW)
