"""The shipped situations: whole, synthetic, valid FHIR, and answered with the cards that were worked out by hand."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.cli.start import SHOWN_SITUATION
from cds_hooks.hooks.services import find_service
from tests.api.fixture_files import (
    FOLDER,
    SITUATIONS,
    Medicine,
    Suggests,
    find_file,
    find_resources,
    read_expected,
    read_request,
)
from tests.clinical.run import find_faults, run_case

ADVICE = "dev.cds-hooks-server.advice"
_TESTS = {
    "14682-9": "creatinine",
    "2000-8": "calcium",
    "1751-7": "albumin",
    "2118-8": "pregnancy-test",
    "2106-3": "pregnancy-test",
    "57021-8": "blood-count",
}
_STRENGTH = re.compile(r"(\d+(?:[.,]\d+)?) mg")

every_situation = pytest.mark.parametrize("situation", SITUATIONS)
both_languages = pytest.mark.parametrize("language", ["en", "nl"])


def test_there_are_at_least_eighteen_situations() -> None:
    assert len(SITUATIONS) >= 18


@every_situation
def test_a_situation_has_its_three_files_and_a_line_in_the_list(situation: str) -> None:
    names = {path.name for path in (FOLDER / situation).iterdir()}
    assert names == {"request.json", "README.md", "expected.yaml"}
    assert f"| [`{situation}`]({situation}/) | " in (FOLDER / "README.md").read_text(encoding="utf-8")


@every_situation
def test_a_situation_says_that_it_is_synthetic(situation: str) -> None:
    patient = read_request(situation)["prefetch"]["patient"]
    assert "Synthetic" in find_file(situation, "README.md").read_text(encoding="utf-8")
    assert "Synthetic" in patient["meta"]["tag"][0]["display"]
    assert patient["name"][0]["text"].startswith("Synthetic ")


@every_situation
def test_every_resource_is_of_the_patient_and_has_a_synthetic_id(situation: str) -> None:
    request = read_request(situation)
    patient = f"Patient/{request['context']['patientId']}"
    for resource in find_resources(request):
        if resource["resourceType"] == "OperationOutcome":
            continue
        assert "synthetic" in resource["id"].lower() or resource["id"] == "request-123"
        assert resource["resourceType"] in ("Patient", "Medication") or _read_subject(resource) == patient


@every_situation
def test_the_request_is_a_whole_call_of_its_service(situation: str) -> None:
    request, service = read_request(situation), find_service(read_expected(situation).service)
    assert service is not None
    assert request["hook"] == service.hook
    assert ("draftOrders" in request["context"]) == service.has_orders
    assert ("selections" in request["context"]) == service.needs_selections
    assert set(request["prefetch"]) == set(PREFETCH_KEYS)


@every_situation
def test_the_request_is_valid_r4(situation: str) -> None:
    expected, request = read_expected(situation), read_request(situation)
    resources = [resource for resource in find_resources(request) if not (expected.invalid_fhir and _is_draft(resource))]
    bundles = [bundle for bundle in request["prefetch"].values() if bundle["resourceType"] == "Bundle"]
    for resource in [*resources, *bundles]:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@every_situation
def test_the_expectation_gives_a_reason_for_each_card_or_for_silence(situation: str) -> None:
    expected = read_expected(situation)
    assert expected.cards or expected.because
    assert bool(expected.not_checked) == any("service.not-checked" in card.rules for card in expected.cards)
    assert expected.now.utcoffset() is not None


@both_languages
@every_situation
def test_the_cards_are_those_worked_out_by_hand(situation: str, language: str) -> None:
    expected, cards = read_expected(situation), _ask(situation, language)["cards"]
    wanted = [(card.rules, card.indicator, card.group) for card in expected.cards]
    assert [(_advice(card)["rules"], card["indicator"], _advice(card).get("group")) for card in cards] == wanted


@both_languages
@every_situation
def test_each_card_suggests_what_was_worked_out_by_hand(situation: str, language: str) -> None:
    wanted = {tuple(card.rules): card.suggests for card in read_expected(situation).cards}
    for card in _ask(situation, language)["cards"]:
        suggests = wanted.get(tuple(_advice(card)["rules"]), Suggests())
        assert _read_suggests(card, like=suggests) == suggests


@both_languages
@every_situation
def test_what_was_not_checked_is_named(situation: str, language: str) -> None:
    cards = _ask(situation, language)["cards"]
    missing = [what for card in cards if _advice(card).get("group") == "not-checked" for what in _advice(card)["missing"]]
    assert missing == read_expected(situation).not_checked


@both_languages
@every_situation
def test_the_response_is_valid(situation: str, language: str) -> None:
    response = _ask(situation, language)
    assert find_faults(response) == []
    assert not read_expected(situation).nothing_else or response == {"cards": []}


def test_the_shown_situation_has_a_critical_card_whatever_the_day() -> None:
    later = datetime.fromisoformat("2031-06-30T10:00:00+02:00")
    response, _ = run_case(read_request(SHOWN_SITUATION), now=later)
    assert "critical" in {card["indicator"] for card in response["cards"]}


def _ask(situation: str, language: str) -> dict[str, Any]:
    response, _ = run_case(read_request(situation), now=read_expected(situation).now, language=language)
    return response


def _advice(card: dict[str, Any]) -> dict[str, Any]:
    return dict(card["extension"][ADVICE])


def _read_subject(resource: dict[str, Any]) -> str:
    holder = resource.get("subject") or resource["patient"]
    return str(holder["reference"])


def _is_draft(resource: dict[str, Any]) -> bool:
    return resource.get("status") == "draft"


def _read_suggests(card: dict[str, Any], *, like: Suggests) -> Suggests:
    """What a card offers, as far as the expectation looks at it."""
    offered = [action["resource"] for suggestion in card.get("suggestions", ()) for action in suggestion["actions"]]
    medicines = [_read_medicine(resource) for resource in offered if resource["resourceType"] == "MedicationRequest"]
    tests = [_read_test(resource) for resource in offered if resource["resourceType"] == "ServiceRequest"]
    return Suggests(
        medicines=None if like.medicines is None else _leave_out(medicines, like=like.medicines),
        tests=None if like.tests is None else tests,
    )


def _read_test(order: dict[str, Any]) -> str:
    return _TESTS[order["code"]["coding"][0]["code"]]


def _read_medicine(order: dict[str, Any]) -> Medicine:
    """A rewritten order as expected.yaml writes it: strength from its text, dose from its capsules or its mg."""
    named = _STRENGTH.search(order["medicationCodeableConcept"]["text"])
    assert named is not None
    strength = Decimal(named[1].replace(",", "."))
    dose = order["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]
    taken = Decimal(str(dose["value"])) * (1 if dose.get("code") == "mg" else strength)
    quantity = order.get("dispenseRequest", {}).get("quantity", {}).get("value")
    return Medicine(strength_mg=strength, dose_mg=taken, quantity=quantity)


def _leave_out(medicines: list[Medicine], *, like: list[Medicine]) -> list[Medicine]:
    """Without the quantities that the expectation does not look at."""
    looked = [wanted.quantity is not None for wanted in like] + [True] * len(medicines)
    return [one if seen else one.model_copy(update={"quantity": None}) for one, seen in zip(medicines, looked, strict=False)]
