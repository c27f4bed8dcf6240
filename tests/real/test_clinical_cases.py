"""Every twentieth clinical case with its record on a FHIR server that is not ours: the answer is that of its prefetch."""

from __future__ import annotations

import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from tests.api.real_service import NOW
from tests.clinical.build import build_request
from tests.clinical.code_rows import read_all_cases
from tests.clinical.format import Case, PrefetchControls
from tests.real.asked import Json, ask, list_record
from tests.real.running_fhir import RunningFhir

STEP = 20
CASES = dict(sorted((name, case) for name, (_, case) in read_all_cases().items()))


def is_delivered_whole(case: Case) -> bool:
    """Whether the record lacks nothing and is all of the patient, as that of a server is; at the moment of the service here."""
    if case.prefetch != PrefetchControls() or case.site or case.now != NOW:
        return False
    record = list_record(build_request(case))
    patient = f"Patient/{case.patient.id}"
    return all(resource["resourceType"] == "Patient" or patient in json.dumps(resource) for resource in record)


def write_numbers_as_the_server(request: Json) -> Json:
    """It keeps 2.0 as 2, as JavaScript does; cards show a value as recorded."""
    return dict(json.loads(json.dumps(request), parse_float=_parse_number))


def _parse_number(text: str) -> Any:
    number = float(text)
    return int(number) if number.is_integer() else number


@pytest.mark.parametrize("name", [name for name in list(CASES)[::STEP] if is_delivered_whole(CASES[name])])
def test_a_record_on_the_server_gives_the_answer_of_the_prefetch(fhir: RunningFhir, name: str) -> None:
    request = write_numbers_as_the_server(build_request(CASES[name]))
    base = fhir.load(str(uuid5(NAMESPACE_URL, name)), list_record(request))
    prefetch = request.pop("prefetch")
    assert ask({**request, "fhirServer": base}) == ask({**request, "prefetch": prefetch})
