"""Whatever JSON a client sends as a prefetch value, it has one of five states; the order of entries is nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from cds_hooks.chart.inputs import InputState
from cds_hooks.fhir.deliveries import read_delivery

WORDS = st.sampled_from(
    [
        "Condition",
        "Bundle",
        "OperationOutcome",
        "Patient",
        "Patient/p1",
        "Patient/p2",
        "urn:uuid:1",
        "#x",
        "error",
        "warning",
    ]
)
MEMBERS = st.sampled_from(
    [
        "resourceType",
        "id",
        "entry",
        "resource",
        "link",
        "relation",
        "url",
        "subject",
        "reference",
        "issue",
        "severity",
        "meta",
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(MEMBERS | st.text(max_size=3), inner, max_size=5),
    max_leaves=25,
)
RESOURCES = st.fixed_dictionaries(
    {"resourceType": st.sampled_from(["Condition", "Medication", "Procedure", "Bundle"])},
    optional={"id": st.sampled_from("ab"), "subject": JSON, "note": st.integers(0, 1), "meta": JSON},
)
ENTRIES = st.lists(st.fixed_dictionaries({"resource": RESOURCES}) | JSON, max_size=6)


@given(JSON, st.sampled_from(["patient", "conditions"]))
def test_any_json_has_a_state(value, key):
    assert read_delivery(key, value, patient_id="p1").state in InputState


@given(ENTRIES, st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_the_order_of_any_entries_changes_nothing(entries, random):
    other = entries[:]
    random.shuffle(other)
    first, second = (
        read_delivery("conditions", {"resourceType": "Bundle", "entry": some}, patient_id="p1") for some in (entries, other)
    )
    assert repr(first) == repr(second)
    assert repr(first.resources) == repr(second.resources)


@given(ENTRIES)
def test_a_torn_key_is_never_whole_again_by_what_else_is_in_it(entries):
    torn = [*entries, {"resource": {"resourceType": "Bundle"}}]
    delivery = read_delivery("conditions", {"resourceType": "Bundle", "entry": torn}, patient_id="p1")
    assert not delivery.state.is_whole
