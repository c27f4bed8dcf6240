"""Fetching with a mocked server: five states at eleven keys, what is asked and how, and what is never called."""

import json
import time

import pytest
import responses
from responses import matchers

from cds_hooks.chart.inputs import PREFETCH_KEYS, InputState
from cds_hooks.errors import FhirError
from cds_hooks.fhir.client import FetchLimits, FhirClient
from cds_hooks.fhir.deliveries import read_prefetch
from cds_hooks.fhir.fetching import fetch_missing, fetch_references
from cds_hooks.hooks.prefetch import RESOURCE_TYPES, compose_prefetch_templates

MISSING, FAILED, EMPTY, COMPLETE, PARTIAL = InputState
BASE = "http://localhost:9/fhir"
TEMPLATES = compose_prefetch_templates(["2160-0", "82810-3"])
TOKEN = "secret-token"


@pytest.fixture
def server():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def client():
    with FhirClient(BASE, TOKEN, limits=FetchLimits(timeout_s=5)) as opened:
        yield opened


def resource(key, identity="r1"):
    subject = "patient" if key in ("allergies", "consents") else "subject"
    whose = {} if key == "patient" else {subject: {"reference": "Patient/p1"}}
    return {"resourceType": RESOURCE_TYPES[key], "id": "p1" if key == "patient" else identity, **whose}


def bundle(*resources, **members):
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources], **members}


def link(relation, url):
    return {"relation": relation, "url": url}


def outcome(severity):
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": "processing"}]}


def url_of(key):
    return f"{BASE}/Patient/p1" if key == "patient" else f"{BASE}/{RESOURCE_TYPES[key]}"


def fetch(client, key, prefetch=None):
    sent = read_prefetch(prefetch, [key], patient_id="p1")
    return fetch_missing(sent, TEMPLATES, client, patient_id="p1")[key]


# What the server answers (body, status), the state of a search key, and the state of the patient.
ANSWERS = {
    "something": (lambda key: (resource(key) if key == "patient" else bundle(resource(key)), 200), COMPLETE, COMPLETE),
    "nothing": (lambda key: (bundle(), 200), EMPTY, FAILED),
    "nothing, with a warning": (lambda key: (bundle(outcome("warning"), total=0), 200), EMPTY, FAILED),
    "a page elsewhere": (
        lambda key: (
            resource(key)
            if key == "patient"
            else bundle(resource(key), link=[link("next", "https://evil.example.org/fhir?page=2")]),
            200,
        ),
        PARTIAL,
        COMPLETE,
    ),
    "an error among others": (lambda key: (bundle(resource(key), outcome("error")), 200), PARTIAL, FAILED),
    "an error outcome": (lambda key: (outcome("error"), 200), FAILED, FAILED),
    "an error status": (lambda key: (outcome("error"), 500), FAILED, FAILED),
    "not found": (lambda key: (outcome("error"), 404), FAILED, MISSING),
    "gone": (lambda key: (outcome("error"), 410), FAILED, MISSING),
    "another search": (
        lambda key: (bundle(resource(key), link=[link("self", f"{BASE}/{RESOURCE_TYPES[key]}?_count=5")]), 200),
        FAILED,
        FAILED,
    ),
}


@pytest.mark.parametrize("key", PREFETCH_KEYS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_what_the_server_answers_has_its_state_at_every_key(server, client, key, answer):
    compose, of_search, of_patient = ANSWERS[answer]
    body, status = compose(key)
    server.get(url_of(key), json=body, status=status)
    assert fetch(client, key).state is (of_patient if key == "patient" else of_search)


@pytest.mark.parametrize("key", PREFETCH_KEYS)
def test_a_key_stays_missing_where_there_is_no_template_to_ask_by(server, client, key):
    sent = read_prefetch(None, [key], patient_id="p1")
    assert fetch_missing(sent, {}, client, patient_id="p1")[key].state is MISSING
    assert len(server.calls) == 0


@pytest.mark.parametrize("key", PREFETCH_KEYS)
def test_a_key_that_the_client_sent_whole_is_not_asked_again(server, client, key):
    sent = {key: resource(key) if key == "patient" else bundle()}
    assert fetch(client, key, sent).state is (COMPLETE if key == "patient" else EMPTY)
    assert len(server.calls) == 0


@pytest.mark.parametrize("key", PREFETCH_KEYS)
def test_a_key_that_the_client_failed_to_get_is_asked_again(server, client, key):
    server.get(url_of(key), json=resource(key) if key == "patient" else bundle(resource(key)))
    assert fetch(client, key, {key: outcome("error")}).state is COMPLETE


def test_only_the_asked_keys_are_fetched(server, client):
    server.get(url_of("allergies"), json=bundle())
    found = fetch_missing(read_prefetch({}, ["allergies"], patient_id="p1"), TEMPLATES, client, patient_id="p1")
    assert list(found) == ["allergies"]
    assert len(server.calls) == 1


def test_the_server_is_asked_strictly_with_the_token(server, client):
    server.get(url_of("conditions"), json=bundle())
    fetch(client, "conditions")
    headers = server.calls[0].request.headers
    assert headers["Prefer"] == "handling=strict"
    assert headers["Accept"] == "application/fhir+json"
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_observations_are_asked_by_their_codes(server, client):
    asked = {"patient": "p1", "code": "http://loinc.org|2160-0,http://loinc.org|82810-3", "_sort": "-date"}
    server.get(url_of("observations"), json=bundle(), match=[matchers.query_param_matcher(asked, strict_match=False)])
    assert fetch(client, "observations").state is EMPTY


def test_further_pages_are_read(server, client):
    server.get(url_of("conditions"), json=bundle(resource("conditions"), total=2, link=[link("next", f"{BASE}?page=2")]))
    server.get(BASE, json=bundle(resource("conditions", "r2"), total=2))
    delivery = fetch(client, "conditions")
    assert (delivery.state, [one["id"] for one in delivery.resources]) == (COMPLETE, ["r1", "r2"])


def test_the_further_pages_of_a_prefetch_are_read(server, client):
    server.get(BASE, json=bundle(resource("conditions", "r2"), total=2))
    sent = bundle(resource("conditions"), total=2, link=[link("next", f"{BASE}?page=2")])
    delivery = fetch(client, "conditions", {"conditions": sent})
    assert (delivery.state, [one["id"] for one in delivery.resources]) == (COMPLETE, ["r1", "r2"])
    assert len(server.calls) == 1


def test_a_prefetch_page_that_fails_leaves_what_is_here(server, client):
    server.get(BASE, status=503)
    sent = bundle(resource("conditions"), link=[link("next", f"{BASE}?page=2")])
    delivery = fetch(client, "conditions", {"conditions": sent})
    assert (delivery.state, len(delivery.resources)) == (PARTIAL, 1)


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost:9/fhir?page=2",
        "http://localhost:8/fhir?page=2",
        "http://localhost:9/other?page=2",
        "http://localhost:9/fhirx?page=2",
        "http://localhost:9/fhir/../admin",
        "http://localhost:9/fhir/%2e%2e/admin",
        "http://localhost:9/fhir/..%2fadmin",
        "http://localhost:9@evil.example.org/fhir",
        "http://localhost:9\\@evil.example.org/fhir",
        "//evil.example.org/fhir",
        "ftp://localhost:9/fhir",
        "http://[",
    ],
)
def test_a_next_page_elsewhere_is_never_called_and_named(server, client, url):
    server.get(url_of("conditions"), json=bundle(resource("conditions"), link=[link("next", url)]))
    delivery = fetch(client, "conditions")
    assert (delivery.state, [note.reason for note in delivery.notes]) == (PARTIAL, ["next-elsewhere"])
    assert len(server.calls) == 1


def test_a_prefetch_page_elsewhere_is_never_called_and_named(server, client):
    sent = bundle(resource("conditions"), link=[link("next", "https://evil.example.org/fhir?page=2")])
    delivery = fetch(client, "conditions", {"conditions": sent})
    assert (delivery.state, [note.reason for note in delivery.notes]) == (PARTIAL, ["next-elsewhere"])
    assert len(server.calls) == 0


def test_pages_are_bounded(server, client):
    pages = iter(range(2, 100))
    server.add_callback(
        responses.GET,
        url_of("conditions"),
        lambda request: (200, {}, _page(next(pages))),
        content_type="application/fhir+json",
    )
    delivery = fetch(client, "conditions")
    assert (delivery.state, len(delivery.resources), len(server.calls)) == (PARTIAL, 10, 10)


def _page(number):
    url = f"{url_of('conditions')}?page={number}"
    page = bundle(resource("conditions", f"r{number}"), link=[link("next", url)])
    return json.dumps(page)


def test_a_page_that_leads_to_itself_ends_the_reading(server, client):
    itself = f"{BASE}?page=2"
    server.get(url_of("conditions"), json=bundle(resource("conditions"), link=[link("next", itself)]))
    server.get(BASE, json=bundle(resource("conditions", "r2"), link=[link("next", itself)]))
    assert (fetch(client, "conditions").state, len(server.calls)) == (PARTIAL, 2)


@pytest.mark.parametrize("status", [201, 204, 206, 300, 304, 400, 401, 403, 422, 429, 500, 502, 503])
def test_a_status_that_is_no_answer_is_failed_without_a_word_of_the_patient(server, client, status):
    server.get(url_of("conditions"), body="p1 has a secret", status=status)
    delivery = fetch(client, "conditions")
    assert delivery.state is FAILED
    assert str(status) in delivery.failure
    assert not any(word in delivery.failure for word in ("p1", "secret", "http", BASE))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<html>", "text/html"),
        ("<html>", "application/fhir+json"),
        ('{"resourceType": "Bundle"}', "text/html"),
        ("[]", "application/json"),
        ('{"id": "x"}', "application/json"),
        ('{"resourceType": "Bundle", "entry": 5}', "application/json"),
        ("", "application/fhir+json"),
        ("[" * 100_000, "application/fhir+json"),
        (b'{"resourceType": "\xff"}', "application/fhir+json"),
    ],
)
def test_a_body_that_is_not_fhir_json_is_failed(server, client, body, content_type):
    server.get(url_of("conditions"), body=body, content_type=content_type)
    assert fetch(client, "conditions").state is FAILED


@pytest.mark.parametrize("content_type", ["application/fhir+json; charset=utf-8", "application/json+fhir", "application/json"])
def test_every_spelling_of_json_is_read(server, client, content_type):
    server.get(url_of("conditions"), body='\ufeff{"resourceType": "Bundle"}', content_type=content_type)
    assert fetch(client, "conditions").state is EMPTY


@pytest.mark.parametrize("patient_id", ["../Observation", "p1?x=1", "p1&y", "p 1", "", "..", "p1/x", "é", "a" * 257])
def test_an_id_that_could_change_the_query_is_never_sent(server, client, patient_id):
    sent = read_prefetch({}, PREFETCH_KEYS, patient_id=patient_id)
    found = fetch_missing(sent, TEMPLATES, client, patient_id=patient_id)
    assert {delivery.state for delivery in found.values()} == {MISSING}
    assert len(server.calls) == 0


def test_a_reference_is_read(server, client):
    server.get(f"{BASE}/Medication/m1", json={"resourceType": "Medication", "id": "m1"})
    assert fetch_references(["Medication/m1", f"{BASE}/Medication/m1"], client) == {
        "Medication/m1": {"resourceType": "Medication", "id": "m1"},
        f"{BASE}/Medication/m1": {"resourceType": "Medication", "id": "m1"},
    }


@pytest.mark.parametrize(
    "reference",
    [
        "https://evil.example.org/fhir/Medication/m1",
        "urn:uuid:1",
        "#m1",
        "Medication/..",
        "Medication/m1?x=1",
        "text",
        "",
    ],
)
def test_a_reference_elsewhere_is_never_called(server, client, reference):
    assert fetch_references([reference], client) == {}
    assert len(server.calls) == 0


@pytest.mark.parametrize("answered", [{"resourceType": "Medication", "id": "m2"}, {"resourceType": "Basic", "id": "m1"}])
def test_another_resource_than_the_asked_one_is_refused(server, client, answered):
    server.get(f"{BASE}/Medication/m1", json=answered)
    with pytest.raises(FhirError, match="another resource"):
        client.read("Medication/m1", time.monotonic() + 5)


def test_a_redirect_on_the_same_server_is_followed_once(server, client):
    server.get(url_of("conditions"), status=307, headers={"Location": f"{BASE}/here"})
    server.get(f"{BASE}/here", json=bundle(resource("conditions")))
    assert fetch(client, "conditions").state is COMPLETE


@pytest.mark.parametrize("location", ["https://evil.example.org/fhir", "/other", "http://localhost:8/fhir", "", "http://["])
def test_a_redirect_elsewhere_is_never_followed(server, client, location):
    server.get(url_of("conditions"), status=302, headers={"Location": location})
    delivery = fetch(client, "conditions")
    assert (delivery.state, delivery.failure) == (FAILED, "the FHIR server redirects elsewhere")
    assert len(server.calls) == 1


@pytest.mark.parametrize("token", ["a b", "a\r\nX-Evil: 1", "é", "\x00"])
def test_a_token_that_is_no_header_value_is_refused_and_not_repeated(token):
    with pytest.raises(FhirError) as raised:
        FhirClient(BASE, token)
    assert token not in str(raised.value)


def test_the_log_says_which_keys_could_not_be_had_and_why(server, client, caplog):
    server.add(responses.GET, url_of("conditions"), status=429)
    fetch(client, "conditions")
    assert [record.keys for record in caplog.records] == [{"conditions": "the FHIR server is asked too often (429)"}]
