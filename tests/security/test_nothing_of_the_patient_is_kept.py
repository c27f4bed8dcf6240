"""Canaries: marked words in all free text of every fixture are afterwards in no log, no error, no audit and on no disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from tests.api.fixture_files import SITUATIONS, read_expected, read_request
from tests.security.running import find_free_port, run_service
from tests.security.test_text_of_the_record import FREE_TEXT, plant

Json = dict[str, Any]

#: In free text, in the patient's id, in the access token; a value and a birth date that stand nowhere else.
TEXT, PATIENT, TOKEN, VALUE, BORN = "canarytext7731", "canarypatient7731", "canarytoken7731", ".317731", "1951-07-31"
CANARIES = (TEXT, PATIENT, TOKEN, VALUE, BORN)


@dataclass(frozen=True, slots=True)
class Kept:
    """All that a service leaves behind, and what it answered."""

    files: dict[str, bytes]
    answers: list[bytes]


def mark(node: Any) -> Any:
    """Every number of a measurement with decimals that stand nowhere else, and every birth date replaced by a canary."""
    if isinstance(node, dict):
        return {name: _mark_member(name, part) for name, part in node.items()}
    return [mark(part) for part in node] if isinstance(node, list) else node


def _mark_member(name: str, part: Any) -> Any:
    if name == "valueQuantity":
        return {**part, "value": int(part["value"]) + float(VALUE)}
    return BORN if name == "birthDate" else mark(part)


def write_call(situation: str) -> Json:
    """The request of a situation with canaries, and a FHIR server that does not answer."""
    request = read_request(situation)
    patient = request["context"]["patientId"]
    marked = json.loads(json.dumps(plant(mark(request), TEXT, FREE_TEXT - {"unit"})).replace(patient, PATIENT))
    marked["prefetch"].pop("consents", None)  # so that something is fetched
    marked["fhirServer"] = f"http://127.0.0.1:{find_free_port()}/fhir"
    marked["fhirAuthorization"] = {
        "access_token": TOKEN,
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "patient/*.rs",
        "subject": "cds",
    }
    return dict(marked)


def write_bad_calls() -> Iterator[tuple[str, bytes]]:
    """Calls that are refused, each with canaries where they are wrong."""
    good = write_call("lenalidomide-pregnant")
    yield "medication-order-sign", b'{"hook": "' + TEXT.encode()
    yield TEXT, json.dumps(good).encode()
    for change in (
        {"hook": TEXT},
        {"context": {**good["context"], "draftOrders": TEXT}},
        {"context": {**good["context"], "patientId": [PATIENT]}},
        {"prefetch": {}},
        {"fhirServer": f"https://{TEXT}.example/{PATIENT}"},
        {"fhirAuthorization": {**good["fhirAuthorization"], "patient": f"{PATIENT}x"}},
    ):
        yield "medication-order-sign", json.dumps({**good, **change}).encode()


def write_feedback() -> Iterator[tuple[str, bytes]]:
    """Feedback with canaries wherever a client can write a word, taken and refused."""
    reason = {"reason": {"code": TEXT, "system": f"urn:{TEXT}", "display": TEXT}, "userComment": f"{PATIENT} {TEXT}"}
    item = {"card": PATIENT, "outcome": "overridden", "outcomeTimestamp": "2026-03-02T09:00:00Z", "overrideReason": reason}
    for told in (item, {**item, "outcome": TEXT}, {**item, "outcomeTimestamp": TEXT}):
        yield "medication-order-sign/feedback", json.dumps({"feedback": [told]}).encode()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    home = tmp_path_factory.mktemp("home")
    (home / "secret").write_bytes(b"s" * 32)
    environ = {"CDS_HOOKS_AUDIT_FILE": str(home / "audit.jsonl"), "CDS_HOOKS_AUDIT_SECRET_FILE": str(home / "secret")}
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        environ[name] = str(home)
    answers = []
    with run_service(log=home / "log", folder=home, CDS_HOOKS_NOW="2026-03-02T10:00:00+01:00", **environ) as running:
        calls = [(read_expected(one).service, json.dumps(write_call(one)).encode()) for one in SITUATIONS]
        for service, body in [*calls, *write_bad_calls(), *write_feedback()]:
            url = f"http://127.0.0.1:{running.port}/cds-services/{service}"
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
            answers.append(requests.post(url, data=body, headers=headers, timeout=20).content)
    files = {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    return Kept(files, answers)


def test_the_canaries_were_alive(kept: Kept) -> None:
    """The answers hold them: the service did read them."""
    said = b"".join(kept.answers).decode()
    assert all(canary in said for canary in (TEXT, PATIENT, VALUE))


def test_log_and_audit_were_written(kept: Kept) -> None:
    assert kept.files["audit.jsonl"].count(b"\n") >= len(SITUATIONS)
    assert kept.files["log"].count(b'"message":"call"') >= len(SITUATIONS)
    assert b'"not fetched"' in kept.files["log"]


@pytest.mark.parametrize("canary", CANARIES)
def test_no_canary_is_kept_anywhere(kept: Kept, canary: str) -> None:
    assert [name for name, content in kept.files.items() if canary.encode() in content] == []


def test_no_refusal_repeats_a_value_or_a_token(kept: Kept) -> None:
    refusals = [answer for answer in kept.answers if b"OperationOutcome" in answer[:100]]
    assert len(refusals) >= 5
    assert not [answer for answer in refusals for canary in CANARIES if canary.encode() in answer]


def test_nothing_else_was_written(kept: Kept) -> None:
    assert set(kept.files) <= {"secret", "audit.jsonl", "log"}
