"""The clients file: what an entry gives, and how each mistake in it is said, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_hooks.hooks.profile import DEFAULT, EPIC
from cds_hooks.settings.clients import Client, read_clients

ENTRY = """\
clients:
  - name: ward-ehr
    issuer: https://ehr.example.org
    jwks_url: https://ehr.example.org/jwks
"""


def read(folder: Path, text: str) -> tuple[Client, ...]:
    path = folder / "clients.yaml"
    path.write_text(text)
    return read_clients(str(path))


def test_an_entry_of_three_lines_has_the_defaults(tmp_path: Path) -> None:
    (client,) = read(tmp_path, ENTRY)
    assert (client.name, client.issuer) == ("ward-ehr", "https://ehr.example.org")
    assert client.algorithms == ("ES384", "RS384")
    assert (client.tenants, client.audiences, client.fhir_servers, client.profile) == ((), (), (), DEFAULT)


def test_the_entry_of_the_contract_reads(tmp_path: Path) -> None:
    further = """\
    algorithms: [ES384, RS384]
    tenants: [a, b]
    audiences: []
    fhir_servers: [https://ehr.example.org/fhir/]
    profile: {language: nl, selection_behavior: any, topic_code: alphanumeric, errors_as_cards: false}
"""
    (client,) = read(tmp_path, ENTRY + further)
    assert (client.tenants, client.fhir_servers) == (("a", "b"), ("https://ehr.example.org/fhir",))
    assert (client.profile.name, client.profile.language) == ("ward-ehr", "nl")


def test_a_shipped_profile_goes_by_its_name(tmp_path: Path) -> None:
    (client,) = read(tmp_path, f"{ENTRY}    profile: epic\n")
    assert client.profile is EPIC


def test_a_key_file_is_found_beside_the_clients_file(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")
    (client,) = read(tmp_path, ENTRY.replace("jwks_url: https://ehr.example.org/jwks", "jwks_file: keys.json"))
    assert client.jwks_file == tmp_path / "keys.json"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/jwks", "http://localhost/jwks", "https://ehr.example.org/jwks?v=1"])
def test_keys_come_by_https_or_from_this_machine(tmp_path: Path, url: str) -> None:
    assert read(tmp_path, ENTRY.replace("https://ehr.example.org/jwks", url))[0].jwks_url == url


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("algorithms: [none]", r":5: algorithm 'none' is never accepted; choose from ES384, RS384"),
        ("algorithms: [HS256]", r":5: algorithm 'HS256' is never accepted; choose from ES384, RS384"),
        ("algorithms: [ES384, hs384]", r":5: algorithm 'hs384' is never accepted"),
        ("algorithms: []", r":5: 'algorithms' is a list; expected at least 1 of them"),
        ("algorithms: ES384", r":5: 'algorithms' is 'ES384'; expected a list"),
        ("algorithms:", r":\d: 'algorithms' is empty; give it a value or leave the line out"),
        ("tenants: []", r":5: 'tenants' is a list; expected at least 1 of them"),
        ("tenants: [1, 2]", r":5: '0' is '1'; expected a text; put it in quotes"),
        ("fhir_servers: [http://ehr.example.org/fhir]", r":5: 'http://ehr.example.org/fhir' is not https"),
        ("fhir_servers: [/fhir]", r":5: '/fhir' is not an absolute URL such as"),
        ("profile: cerner", r":5: 'cerner' is none of default, epic, oracle, sandbox, nor a mapping"),
        ("profile: {colour: red}", r":5: unknown key 'colour'; known keys are language"),
        ("profile: [nl]", r":5: 'profile' is neither a name nor a mapping"),
        ("jwks_file: keys.json", r":2: client 'ward-ehr' needs one of jwks_url and jwks_file; add one, keep one"),
        ("secret: abc", r":5: unknown key 'secret'; known keys are name, issuer, jwks_url"),
        ("issuer: https://b.example.org", r":5: key 'issuer' stands twice"),
    ],
)
def test_a_mistake_is_said_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"clients.yaml{said}"):
        read(tmp_path, f"{ENTRY}    {line}\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: ward-ehr", "name: ward ehr", r":2: 'name' is 'ward ehr'; expected the form \[A-Za-z0-9\]"),
        ("    issuer: https://ehr.example.org\n", "", r":2: 'issuer' is missing; add it"),
        ("issuer: https://ehr.example.org", 'issuer: ""', r":3: 'issuer' is ''; expected a text that is not empty"),
        ("    jwks_url: https://ehr.example.org/jwks\n", "", r":2: client 'ward-ehr' needs one of jwks_url and jwks_file"),
        ("https://ehr.example.org/jwks", "http://ehr.example.org/jwks", r":4: 'http://ehr.example.org/jwks' is not https"),
        ("https://ehr.example.org/jwks", "https://u:p@ehr.example.org/jwks", r":4: 'https://u:p@ehr.* holds more than"),
        ("https://ehr.example.org/jwks", "file:///etc/passwd", r":4: 'file:///etc/passwd' is not an absolute URL"),
        ("jwks_url: https://ehr.example.org/jwks", "jwks_file: none.json", r":4: 'none.json' is no file beside this one"),
        ("clients:", "client:", r":1: unknown key 'client'; known keys are clients"),
        (ENTRY, "clients: []", r":1: 'clients' is a list; expected at least 1 of them"),
        (ENTRY, "- name: x", r":1: 'the file' is a list; expected a mapping"),
        (ENTRY, "", r":1: is empty; expected a mapping"),
    ],
)
def test_what_is_missing_or_malformed_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"clients.yaml{said}"):
        read(tmp_path, ENTRY.replace(old, new))


def test_two_clients_need_names_and_issuers_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"clients.yaml:5: name 'ward-ehr' stands twice.*:6: issuer 'https://ehr.* stands twice"):
        read(tmp_path, ENTRY + ENTRY.removeprefix("clients:\n"))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not a file"):
        read_clients(str(tmp_path / "none.yaml"))
