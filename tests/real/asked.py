"""Situations of `fixtures/`, asked of the whole service with data only on a FHIR server, and with data only in the prefetch."""

from __future__ import annotations

import json
from typing import Any

from tests.api.fixture_files import read_request
from tests.api.real_service import open_client
from tests.clinical.build import SERVICE_OF_HOOK

Json = dict[str, Any]

#: Seconds; the default of 3 is for physicians that wait, not for a machine that runs every test at once.
_PATIENCE = "30"


def list_record(request: Json) -> list[Json]:
    """The patient and every resource of the record, as its prefetch has them."""
    held = [value for value in request["prefetch"].values() if value["resourceType"] == "Bundle"]
    inside = [entry["resource"] for bundle in held for entry in bundle.get("entry", ())]
    found = [request["prefetch"]["patient"], *inside]
    return [resource for resource in found if resource["resourceType"] != "OperationOutcome"]


def ask_with_prefetch(situation: str, **replaced: Json) -> Json:
    """The answer to a situation that brings its data, some keys replaced; a server that it names may not be asked."""
    request = read_request(situation)
    request["prefetch"] |= replaced
    return ask(request)


def ask_with_server(situation: str, base: str) -> Json:
    """The answer to a situation that brings no data at all, only the address where they are."""
    request = read_request(situation)
    del request["prefetch"]
    return ask({**request, "fhirServer": base})


def ask(request: Json) -> Json:
    """The body of a call that succeeds, without the uuids, which are new in each."""
    client = open_client(CDS_HOOKS_FHIR_TIMEOUT=_PATIENCE)
    response = client.post(f"/cds-services/{SERVICE_OF_HOOK[request['hook']]}", json=request)
    assert response.status_code == 200, response.get_data(as_text=True)
    return dict(json.loads(response.data, object_hook=_leave_out_uuid))


def _leave_out_uuid(members: Json) -> Json:
    return {name: value for name, value in members.items() if name != "uuid"}
