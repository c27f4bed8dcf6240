"""A FHIR server on loopback that misbehaves never costs more than the deadline, nor passes for "nothing found"."""

import logging
import socket
import time
import tracemalloc

import pytest

from cds_hooks.chart.inputs import PREFETCH_KEYS, InputState
from cds_hooks.fhir.client import FetchLimits, FhirClient
from cds_hooks.fhir.deliveries import read_prefetch
from cds_hooks.fhir.fetching import fetch_missing, fetch_references
from cds_hooks.hooks.prefetch import compose_prefetch_templates
from tests.api.faulty_fhir_server import MIB, FaultyFhirServer

MISSING, FAILED, EMPTY, COMPLETE, PARTIAL = InputState
TEMPLATES = compose_prefetch_templates(["2160-0"])
TOKEN = "secret-token"
TIMEOUT_S = 0.5
# What a loaded machine may need beside, threads and the grace of `fetching` included.
SLACK_S = 0.5

IN_TIME = "the FHIR server did not answer in time"
DROPPED = "the connection to the FHIR server failed"
NOT_FHIR = "the answer of the FHIR server is not FHIR JSON"
TOO_LARGE = "the answer of the FHIR server is too large"
REDIRECTED = "the FHIR server redirects elsewhere"


@pytest.fixture(scope="module")
def elsewhere():
    server = FaultyFhirServer()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server(elsewhere):
    server = FaultyFhirServer(elsewhere.origin)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def nobody_else_is_called(elsewhere):
    yield
    assert elsewhere.seen == []


def fetch(base, *keys, prefetch=None, **bounds):
    with FhirClient(base, TOKEN, limits=FetchLimits(TIMEOUT_S, **bounds)) as client:
        sent = read_prefetch(prefetch, keys, patient_id="p1")
        started = time.monotonic()
        found = fetch_missing(sent, TEMPLATES, client, patient_id="p1")
        assert time.monotonic() - started < TIMEOUT_S + SLACK_S
        return found


@pytest.mark.parametrize(
    ("fault", "state", "failure"),
    [
        ("ok", COMPLETE, ""),
        ("gzip", COMPLETE, ""),
        ("slow", FAILED, IN_TIME),
        ("trickled-body", FAILED, IN_TIME),
        ("trickled-headers", FAILED, IN_TIME),
        ("drop", FAILED, DROPPED),
        ("drop-halfway", FAILED, DROPPED),
        ("no-http", FAILED, DROPPED),
        ("broken-gzip", FAILED, DROPPED),
        ("html", FAILED, NOT_FHIR),
        ("html-as-json", FAILED, NOT_FHIR),
        ("gzip-bomb", FAILED, TOO_LARGE),
        ("endless-body", FAILED, TOO_LARGE),
        ("redirect-elsewhere", FAILED, REDIRECTED),
        ("redirect-loop", FAILED, REDIRECTED),
        ("wrong-self", FAILED, "the FHIR server did not search by all parameters"),
        ("401", FAILED, "the FHIR server refused the access token (401)"),
        ("403", FAILED, "the FHIR server refused the access (403)"),
        ("429", FAILED, "the FHIR server is asked too often (429)"),
        ("500", FAILED, "the FHIR server answered with status 500"),
        ("next-elsewhere", PARTIAL, "the next page is not on the FHIR server of the call"),
        ("endless-pages", PARTIAL, "the answer has more pages than are read"),
        ("slow-second-page", PARTIAL, IN_TIME),
    ],
)
def test_a_fault_has_its_state_and_its_reason(server, fault, state, failure):
    delivery = fetch(server.base_of(fault), "conditions", max_bytes=MIB)["conditions"]
    assert (delivery.state, delivery.failure) == (state, failure)


@pytest.mark.parametrize("fault", ["slow", "trickled-body", "trickled-headers"])
def test_one_deadline_holds_for_all_keys_together(server, fault):
    found = fetch(server.base_of(fault), *PREFETCH_KEYS)
    assert {delivery.state for delivery in found.values()} == {FAILED}


def test_what_the_slow_server_gave_in_time_counts(server):
    delivery = fetch(server.base_of("slow-second-page"), "conditions")["conditions"]
    assert [condition["id"] for condition in delivery.resources] == ["c1"]


def test_a_slow_further_page_leaves_what_the_client_sent(server):
    condition = {"resourceType": "Condition", "id": "c9", "subject": {"reference": "Patient/p1"}}
    further = [{"relation": "next", "url": f"{server.base_of('slow')}/Condition?page=2"}]
    sent = {"conditions": {"resourceType": "Bundle", "entry": [{"resource": condition}], "link": further}}
    delivery = fetch(server.base_of("slow"), "conditions", prefetch=sent)["conditions"]
    assert (delivery.state, delivery.resources, delivery.failure) == (PARTIAL, (condition,), IN_TIME)


def test_nobody_listens_there():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}/fhir"
        assert fetch(base, "conditions")["conditions"].failure == DROPPED


def test_a_server_that_accepts_and_stays_silent_in_the_tls_handshake():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"https://127.0.0.1:{silent.getsockname()[1]}/fhir"
        assert fetch(base, "conditions")["conditions"].state is FAILED


def test_a_server_without_tls_behind_an_https_base(server):
    base = server.base_of("ok").replace("http:", "https:")
    assert fetch(base, "conditions")["conditions"].failure == DROPPED


@pytest.mark.parametrize("fault", ["gzip-bomb", "endless-body", "large-redirect"])
def test_a_body_without_measure_takes_little_memory(server, fault):
    tracemalloc.start()
    try:
        fetch(server.base_of(fault), "procedures", max_bytes=MIB)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10 * MIB


def test_pages_are_bounded_in_bytes_together(server):
    delivery = fetch(server.base_of("endless-pages"), "conditions", max_bytes=1000)["conditions"]
    assert (delivery.state, delivery.failure) == (PARTIAL, TOO_LARGE)


def test_references_share_one_deadline_too(server):
    with FhirClient(server.base_of("slow"), limits=FetchLimits(TIMEOUT_S)) as client:
        started = time.monotonic()
        assert fetch_references([f"Medication/m{n}" for n in range(50)], client) == {}
        assert time.monotonic() - started < TIMEOUT_S + SLACK_S


def test_the_token_goes_to_the_server_and_nowhere_into_words(server, caplog):
    caplog.set_level(logging.DEBUG)
    for fault in ("401", "drop", "html", "next-elsewhere", "redirect-elsewhere", "no-http"):
        delivery = fetch(server.base_of(fault), "conditions")["conditions"]
        assert TOKEN not in repr(delivery)
    assert server.seen[-1][1]["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in caplog.text
    assert "p1" not in caplog.text


def test_a_netrc_of_this_machine_never_replaces_the_token(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    fetch(server.base_of("ok"), "conditions")
    assert server.seen[-1][1]["Authorization"] == f"Bearer {TOKEN}"
