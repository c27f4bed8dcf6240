"""The five states of a prefetch key, from what the client sent (design, "Three-valued rules"; checklist S41 to S48)."""

import itertools

import pytest

from cds_hooks.chart.inputs import PREFETCH_KEYS, InputState
from cds_hooks.fhir.deliveries import read_prefetch
from cds_hooks.hooks.prefetch import RESOURCE_TYPES

MISSING, FAILED, EMPTY, COMPLETE, PARTIAL = InputState
PATIENT_ID = "p1"
NEXT = {"relation": "next", "url": "https://ehr.example.org/fhir?page=2"}


def resource(key, identity="r1", **members):
    if key == "patient":
        return {"resourceType": "Patient", "id": PATIENT_ID, **members}
    subject = "patient" if key in ("allergies", "consents") else "subject"
    whose = {subject: {"reference": f"Patient/{PATIENT_ID}"}}
    return {"resourceType": RESOURCE_TYPES[key], "id": identity, **whose, **members}


def bundle(*resources, **members):
    entries = [{"resource": one} for one in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries, **members}


def outcome(*severities):
    return {"resourceType": "OperationOutcome", "issue": [{"severity": one, "code": "timeout"} for one in severities]}


def read(value, key="conditions"):
    return read_prefetch({key: value}, [key], patient_id=PATIENT_ID)[key]


def reasons(delivery):
    return [note.reason for note in delivery.notes]


def ids(delivery):
    return [one["id"] for one in delivery.resources]


# What is sent for a key, the state of a search key, and the state of the patient (a read; null counts as missing).
SENT = {
    "null": (lambda key: None, EMPTY, MISSING),
    "resource": (resource, COMPLETE, COMPLETE),
    "Bundle": (lambda key: bundle(resource(key)), COMPLETE, COMPLETE),
    "Bundle without type": (
        lambda key: {"resourceType": "Bundle", "entry": [{"resource": resource(key)}]},
        COMPLETE,
        COMPLETE,
    ),
    "empty Bundle": (lambda key: bundle(), EMPTY, MISSING),
    "Bundle without entry": (lambda key: {"resourceType": "Bundle", "total": 0}, EMPTY, MISSING),
    "next link": (lambda key: bundle(resource(key), link=[NEXT]), PARTIAL, COMPLETE),
    "error outcome": (lambda key: outcome("error"), FAILED, FAILED),
    "fatal outcome": (lambda key: outcome("warning", "fatal"), FAILED, FAILED),
    "warning outcome": (lambda key: outcome("warning", "information"), EMPTY, MISSING),
    "outcome without issue": (lambda key: {"resourceType": "OperationOutcome"}, FAILED, FAILED),
    "Epic's no results": (lambda key: bundle(outcome("warning"), total=0), EMPTY, MISSING),
    "error among others": (lambda key: bundle(resource(key), outcome("error")), PARTIAL, COMPLETE),
    "error alone in a Bundle": (lambda key: bundle(outcome("error")), FAILED, FAILED),
    "HTML": (lambda key: "<html>Bad gateway</html>", FAILED, FAILED),
    "number": (lambda key: 7, FAILED, FAILED),
    "list": (lambda key: [resource(key)], FAILED, FAILED),
    "object without type": (lambda key: {"id": "x"}, FAILED, FAILED),
}


@pytest.mark.parametrize("key", PREFETCH_KEYS)
@pytest.mark.parametrize("sent", SENT)
def test_what_is_sent_has_its_state_at_every_key(key, sent):
    compose, of_search, of_patient = SENT[sent]
    assert read(compose(key), key).state is (of_patient if key == "patient" else of_search)


@pytest.mark.parametrize("key", PREFETCH_KEYS)
@pytest.mark.parametrize("prefetch", [None, {}, {"something-else": None}])
def test_a_key_that_is_not_sent_is_missing(key, prefetch):
    assert read_prefetch(prefetch, [key], patient_id=PATIENT_ID)[key].state is MISSING


def test_only_the_asked_keys_are_read():
    sent = {"conditions": bundle(), "allergies": bundle()}
    assert list(read_prefetch(sent, ["allergies"], patient_id=PATIENT_ID)) == ["allergies"]


@pytest.mark.parametrize(("value", "reason"), [("<html>", "unreadable"), ([], "unreadable"), ({"id": "x"}, "no-resource-type")])
def test_what_is_not_fhir_is_named(value, reason):
    assert reasons(read(value)) == [reason]


def test_the_next_page_is_kept_for_following():
    assert read(bundle(resource("conditions"), link=[NEXT])).next_url == NEXT["url"]


def test_a_next_link_without_an_address_is_partial_all_the_same():
    delivery = read(bundle(resource("conditions"), link=[{"relation": "next"}]))
    assert (delivery.state, delivery.next_url) == (PARTIAL, "")


def test_a_total_above_the_number_of_entries_is_partial():
    assert read(bundle(resource("conditions"), total=2)).state is PARTIAL


ODD_TOTALS = [None, 0, -1, 3, 2.5, True, "2", [], {}]
ODD_LINKS = [None, [], {}, "next", NEXT, [NEXT], [{"relation": "self", "url": "x"}], [{"relation": "next"}], [None, NEXT]]


@pytest.mark.parametrize("key", ["patient", "conditions"])
@pytest.mark.parametrize(
    "members", [*({"total": total} for total in ODD_TOTALS), *({"link": link} for link in ODD_LINKS), {"total": 3, "link": None}]
)
def test_a_bundle_without_entries_is_like_one_of_an_empty_list_or_of_null(key, members):
    without = {"resourceType": "Bundle", **members}
    assert read(without, key) == read({**without, "entry": []}, key) == read({**without, "entry": None}, key)


def test_a_patient_of_another_id_is_missing():
    other = {"resourceType": "Patient", "id": "p2"}
    delivery = read(other, "patient")
    assert (delivery.state, delivery.resources, reasons(delivery)) == (MISSING, (), ["other-patient"])


def test_the_patient_of_the_call_is_found_among_several():
    others = {"resourceType": "Patient", "id": "p2"}
    delivery = read(bundle(others, resource("patient")), "patient")
    assert (delivery.state, ids(delivery)) == (COMPLETE, [PATIENT_ID])


def test_a_resource_of_another_type_in_place_of_the_patient_is_failed():
    assert read(resource("conditions"), "patient").state is FAILED


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/p1",
        "Patient/p1/_history/3",
        "https://ehr.example.org/fhir/Patient/p1",
        "https://ehr.example.org/fhir/Patient/p1/_history/3",
        "urn:uuid:p1",
    ],
)
def test_every_spelling_of_the_patient_is_the_patient(reference):
    delivery = read(bundle(resource("conditions", subject={"reference": reference})))
    assert (delivery.state, ids(delivery), delivery.notes) == (COMPLETE, ["r1"], ())


@pytest.mark.parametrize(
    "reference",
    ["Patient/p11", "Patient/p1x/_history/1", "https://ehr.example.org/fhir/Patient/p2", "Group/p1", "Patient/P1"],
)
def test_a_single_resource_of_another_patient_is_left_out_and_named(reference):
    other = resource("conditions", "r2", subject={"reference": reference})
    delivery = read(bundle(resource("conditions"), other))
    assert (delivery.state, ids(delivery)) == (COMPLETE, ["r1"])
    assert [(note.reason, note.reference) for note in delivery.notes] == [("other-patient", "Condition/r2")]


def test_a_key_of_another_patient_is_missing():
    of_other = [resource("conditions", f"r{n}", subject={"reference": "Patient/p2"}) for n in range(3)]
    delivery = read(bundle(*of_other))
    assert (delivery.state, delivery.resources, reasons(delivery)) == (MISSING, (), ["other-patient"])


def test_a_uuid_is_resolved_by_the_patient_entry_that_bears_it():
    patient = {"fullUrl": "urn:uuid:77", "resource": resource("patient")}
    condition = {"resource": resource("conditions", subject={"reference": "urn:uuid:77"})}
    delivery = read({"resourceType": "Bundle", "entry": [condition, patient]})
    assert (delivery.state, ids(delivery)) == (COMPLETE, ["r1"])


@pytest.mark.parametrize("subject", [{"reference": "urn:uuid:88"}, {"reference": "#p"}, {"reference": 5}, [1]])
def test_a_resource_of_nobody_that_can_be_told_is_left_out_and_leaves_the_key_partial(subject):
    delivery = read(bundle(resource("conditions"), resource("conditions", "r2", subject=subject)))
    assert (delivery.state, ids(delivery), reasons(delivery)) == (PARTIAL, ["r1"], ["unresolved"])


@pytest.mark.parametrize("subject", [None, {"display": "the patient"}, {"identifier": {"value": "1"}}])
def test_a_resource_without_a_reference_counts_as_the_patients(subject):
    assert read(bundle(resource("conditions", subject=subject))).state is COMPLETE


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"resource": bundle(resource("conditions", "r9"))}, "nested-bundle"),
        ({"fullUrl": "urn:uuid:1"}, "no-resource-type"),
        ({"resource": None}, "no-resource-type"),
        ({"resource": {"id": "r9"}}, "no-resource-type"),
        ({"resource": {"resourceType": 5}}, "no-resource-type"),
        ("text", "unreadable"),
        (None, "unreadable"),
        (["resource"], "unreadable"),
    ],
)
def test_an_entry_that_cannot_be_read_is_left_out_named_and_leaves_the_key_partial(entry, reason):
    sent = {"resourceType": "Bundle", "entry": [entry, {"resource": resource("conditions")}]}
    delivery = read(sent)
    assert (delivery.state, ids(delivery), reasons(delivery)) == (PARTIAL, ["r1"], [reason])


def test_a_key_of_which_nothing_can_be_read_is_failed():
    assert read({"resourceType": "Bundle", "entry": [{}, None]}).state is FAILED


@pytest.mark.parametrize("entries", ["text", 5, {"resource": {}}])
def test_entries_that_are_no_list_are_failed(entries):
    assert read({"resourceType": "Bundle", "entry": entries}).state is FAILED


def test_a_resource_of_an_unexpected_type_is_named_and_the_rest_counts():
    delivery = read(bundle(resource("conditions"), resource("procedures", "x")))
    assert (delivery.state, ids(delivery)) == (COMPLETE, ["r1"])
    assert [(note.reason, note.reference) for note in delivery.notes] == [("unexpected-type", "Procedure/x")]


def test_only_resources_of_an_unexpected_type_are_no_answer():
    assert read(bundle(resource("procedures", "x"))).state is FAILED


def test_what_a_server_includes_beside_is_not_worth_a_word():
    included = {"resource": {"resourceType": "Appointment", "id": "a"}, "search": {"mode": "include"}}
    delivery = read({"resourceType": "Bundle", "entry": [included, {"resource": resource("conditions")}]})
    assert (delivery.state, ids(delivery), delivery.notes) == (COMPLETE, ["r1"], ())


def test_a_medication_that_came_beside_is_kept_behind_the_orders():
    medication = {"resourceType": "Medication", "id": "a"}
    delivery = read(bundle(medication, resource("medications")), "medications")
    assert (delivery.state, ids(delivery), delivery.notes) == (COMPLETE, ["r1", "a"], ())


def test_equal_copies_count_once():
    delivery = read(bundle(resource("conditions"), resource("conditions")))
    assert (ids(delivery), delivery.notes) == (["r1"], ())


def test_of_different_copies_the_newest_is_kept():
    moments = ["2024-05-01T10:00:00Z", "2024-05-01T11:30:00+02:00", "2024-04-30T23:59:59Z"]
    copies = [resource("conditions", meta={"lastUpdated": moment}) for moment in moments]
    kept = {read(bundle(*some)).resources[0]["meta"]["lastUpdated"] for some in itertools.permutations(copies)}
    assert kept == {"2024-05-01T10:00:00Z"}  # 11:30+02:00 is 09:30Z


@pytest.mark.parametrize("meta", [None, {}, {"lastUpdated": "yesterday"}, {"lastUpdated": "2024-05-01T10:00:00"}])
def test_different_copies_that_cannot_be_dated_are_all_kept_and_named(meta):
    copies = [resource("conditions", note=text, meta=meta) for text in "ab"]
    results = {repr(read(bundle(*some)).resources) for some in itertools.permutations(copies)}
    assert len(results) == 1
    assert reasons(read(bundle(*copies))) == ["duplicate-id"]


def test_equal_resources_without_an_id_count_once():
    nameless = {key: value for key, value in resource("conditions").items() if key != "id"}
    assert len(read(bundle(nameless, dict(reversed(nameless.items())), {**nameless, "note": "x"})).resources) == 2


def test_the_order_of_entries_changes_nothing():
    entries = [
        {"resource": resource("conditions", "b")},
        {"resource": resource("conditions", "a", subject={"reference": "https://x.org/Patient/p1"})},
        {"resource": resource("conditions", "c", subject={"reference": "Patient/p2"})},
        {"resource": resource("conditions", "b", note="other")},
        {"resource": {"resourceType": "Medication", "id": "m"}},
        {"fullUrl": "nothing"},
    ]
    orders = [{"resourceType": "Bundle", "entry": list(some)} for some in itertools.permutations(entries)]
    assert all(read(sent) == read(orders[0]) for sent in orders)


@pytest.mark.parametrize("identity", ["a b", "x/../y", "<b>", "..", "a" * 257, 5])
def test_an_id_that_is_no_id_is_not_repeated_in_a_note(identity):
    delivery = read(bundle(resource("conditions", identity, subject={"reference": "Patient/p2"}), resource("conditions")))
    assert [note.reference for note in delivery.notes] == [""]


def test_copies_nested_too_deep_to_compare_are_named_and_not_taken_for_nothing():
    deep: dict[str, object] = {}
    for _ in range(2000):
        deep = {"extension": deep}
    copies = [resource("conditions", note=text, extension=deep) for text in "ab"]
    delivery = read(bundle(*copies))
    assert (delivery.state, reasons(delivery)) == (FAILED, ["unreadable"])


def test_a_delivery_shows_no_patient_data_when_printed():
    assert "secret" not in repr(read(bundle(resource("conditions", "secret"), link=[{**NEXT, "url": "secret"}])))
