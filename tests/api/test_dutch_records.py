"""The Dutch situations: what would be said if a building block were not understood, and codes that only a site knows."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.errors import SettingsError
from cds_hooks.hooks.request import Limits, read_hook_request
from cds_hooks.hooks.services import find_service
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.service import load_evaluator, load_settled
from cds_hooks.service.advising import Call, Evaluator, advise
from cds_hooks.settings import read_settings
from tests.api.fixture_files import read_expected, read_request
from tests.clinical.run import run_case

MP9 = "dutch-mp9-lenalidomide"
DUTCH = (MP9, "dutch-zib-denosumab")
ATC = "urn:oid:2.16.840.1.113883.6.73"
MAP = """system,code,atc,strength
prk,900001,L04AX04,25
prk,900002,H02AB02,20
prk,900003,C10AA01,40
prk,900004,B01AC06,80
prk,900011,M05BX04,60
hpk,900112,A12AA04,
hpk,900113,A11CC05,
"""

Json = dict[str, Any]


def list_rules(response: Json) -> list[list[str]]:
    return [card["extension"]["dev.cds-hooks-server.advice"]["rules"] for card in response["cards"]]


def ask(request: Json, situation: str = MP9) -> list[list[str]]:
    response, _ = run_case(request, now=read_expected(situation).now)
    return list_rules(response)


def leave_out(request: Json, *ids: str) -> Json:
    request = copy.deepcopy(request)
    for holder in [request["context"]["draftOrders"], *request["prefetch"].values()]:
        if "entry" in holder:
            holder["entry"] = [entry for entry in holder["entry"] if entry["resource"]["id"] not in ids]
    return request


def make_codes_nameless(request: Json) -> Json:
    """The medicines by their G-Standaard codes alone."""
    request = copy.deepcopy(request)
    for holder in [request["context"]["draftOrders"], *request["prefetch"].values()]:
        for entry in holder.get("entry", ()):
            resource = entry["resource"]
            if resource["resourceType"] == "Medication":
                codings = resource["code"]["coding"]
                resource["code"] = {"coding": [{"system": c["system"], "code": c["code"]} for c in codings if c["system"] != ATC]}
            resource.get("medicationReference", {}).pop("display", None)
    return request


def ask_with(evaluator: Evaluator, request: Json, situation: str) -> list[list[str]]:
    service = find_service("medication-order-sign")
    assert service is not None
    asked = read_hook_request(json.dumps(request).encode(), service=service, limits=Limits())
    return list_rules(advise(asked, evaluator, Call(read_expected(situation).now)).response)


def test_without_the_stop_the_statin_would_be_said() -> None:
    rules = ask(leave_out(read_request(MP9), "synthetic-request-4"))
    assert "lenalidomide.statin" in [rule for card in rules for rule in card]


def test_what_is_part_of_an_agreement_on_record_changes_no_card() -> None:
    request = read_request(MP9)
    assert ask(leave_out(request, "synthetic-request-2", "synthetic-dispense-1")) == ask(request)


def test_without_the_dispense_request_the_supply_would_be_asked_for() -> None:
    assert ["lenalidomide.supply"] in ask(leave_out(read_request(MP9), "synthetic-order-2"))


def test_the_pharmacists_agreement_alone_tells_of_the_dexamethasone() -> None:
    request = read_request(MP9)
    assert ask(leave_out(request, "synthetic-request-1", "synthetic-request-2")) == ask(request)


def test_a_dispense_request_alone_is_judged_with_the_dosage_of_the_agreement_on_record() -> None:
    """The same agreement stands on record since today, and its supply is signed: the dose is as wrong as before."""
    request = read_request(MP9)
    agreement = copy.deepcopy(request["context"]["draftOrders"]["entry"][0]["resource"])
    request = leave_out(request, "synthetic-order-1")
    request["prefetch"]["medications"]["entry"].append({"resource": {**agreement, "status": "active"}})
    response, _ = run_case(request, now=read_expected(MP9).now)
    assert list_rules(response)[0] == ["lenalidomide.renal-dose"]
    assert response["cards"][0]["extension"]["dev.cds-hooks-server.advice"]["order"] == "MedicationRequest/synthetic-order-2"


@pytest.mark.parametrize("situation", DUTCH)
def test_by_a_sites_own_map_the_cards_are_the_same_without_any_atc_code_or_name(situation: str, tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text(MAP, encoding="utf-8")
    evaluator = load_evaluator(find_cards_folder(), code_map=path)
    request = read_request(situation)
    assert ask_with(evaluator, make_codes_nameless(request), situation) == ask(request, situation)


def test_a_faulty_map_stops_the_start_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("system,code,atc,strength\nprk,900001,LENALIDOMIDE,25\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"CDS_HOOKS_CODE_MAP: map\.csv:2: the ATC code is not whole"):
        load_settled(read_settings({"CDS_HOOKS_CODE_MAP": str(path)}))


@pytest.mark.parametrize("situation", DUTCH)
def test_without_a_map_codes_alone_are_no_medicine_of_ours(situation: str) -> None:
    assert ask(make_codes_nameless(read_request(situation)), situation) == []
