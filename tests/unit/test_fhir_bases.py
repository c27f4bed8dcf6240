"""Which FHIR bases may be called, and what lies below one (contract, "Who may call"; checklist S179)."""

import pytest

from cds_hooks.errors import FhirError
from cds_hooks.fhir.bases import is_allowed_base, is_below_base, normalise_base
from cds_hooks.fhir.client import open_client


@pytest.mark.parametrize(
    "base",
    [
        "http://localhost",
        "http://127.0.0.1:8080/fhir",
        "https://127.8.8.8/fhir/",
        "http://[::1]:8080/fhir",
        "HTTP://LOCALHOST:80/r4",
    ],
)
def test_a_loopback_base_is_allowed_where_nothing_is_listed(base):
    assert is_allowed_base(base, None)


@pytest.mark.parametrize(
    "base",
    [
        "https://ehr.example.org/fhir",
        "http://10.0.0.1/fhir",
        "http://169.254.169.254/latest",
        "http://localhost.evil.example.org/fhir",
        "http://127.0.0.1.evil.example.org/fhir",
        "http://localhost@evil.example.org/fhir",
        "http://user:secret@localhost/fhir",
        "http://localhost/fhir?x=1",
        "http://localhost/fhir#x",
        "http://localhost/fhir/../x",
        "http://localhost:99999/fhir",
        "file:///etc/passwd",
        "localhost:8080/fhir",
        "http://",
        "",
        "http://local host/",
        "http://localhost\\evil/",
    ],
)
def test_every_other_base_is_refused_where_nothing_is_listed(base):
    assert not is_allowed_base(base, None)


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://EHR.example.org:443/fhir/", True),
        ("https://ehr.example.org/fhir", True),
        ("http://ehr.example.org/fhir", False),
        ("https://ehr.example.org:8443/fhir", False),
        ("https://ehr.example.org/fhir/more", False),
        ("https://ehr.example.org/FHIR", False),
        ("http://localhost/fhir", False),
    ],
)
def test_a_list_allows_its_own_bases_alone(base, expected):
    assert is_allowed_base(base, ["nonsense", "https://ehr.example.org/fhir"]) is expected


def test_an_empty_list_allows_nothing():
    assert not is_allowed_base("http://localhost/fhir", [])


def test_a_client_is_opened_for_an_allowed_base_only():
    assert open_client("http://localhost/fhir/", "", allowed=None).base == "http://localhost/fhir"
    with pytest.raises(FhirError, match="may be fetched from"):
        open_client("https://ehr.example.org/fhir", "", allowed=None)


def test_the_base_itself_and_what_is_below_it_is_below_it():
    base = normalise_base("http://LOCALHOST:80/fhir/")
    assert is_below_base("http://localhost/fhir?_getpages=1", base)
    assert is_below_base("http://localhost:80/fhir/Patient", base)
