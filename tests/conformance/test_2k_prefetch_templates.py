"""Checklist 2.K: the prefetch templates of discovery."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from cds_hooks.hooks.prefetch import RESOURCE_TYPES
from tests.conformance.calls import ask, discover, man


def list_templates() -> list[str]:
    return [query for service in discover() for query in service["prefetch"].values()]


def list_parameters() -> list[tuple[str, str]]:
    return [pair for query in list_templates() for pair in parse_qsl(urlsplit(query).query)]


def test_s190_a_template_is_a_read_or_a_search_relative_to_the_base() -> None:
    types = "|".join(set(RESOURCE_TYPES.values()))
    assert list_templates()
    assert all(re.fullmatch(rf"({types})(/[^?&]+|\?[^?]+)", query) for query in list_templates())


def test_s191_tokens_are_a_context_field_between_double_braces() -> None:
    tokens = {token for query in list_templates() for token in re.findall(r"\{\{(.*?)\}\}", query)}
    assert tokens == {"context.patientId"}
    assert all(query.count("{") == query.count("}") == 2 for query in list_templates())


def test_s192_no_token_goes_deeper_than_the_first_level() -> None:
    assert not any(word in query for query in list_templates() for word in ("draftOrders", "selections", "encounterId"))


def test_s193_no_token_names_the_user() -> None:
    assert not any(word in query for query in list_templates() for word in ("user", "Practitioner"))


def test_s194_no_fhirpath_of_the_ballot_is_asked_of_a_client() -> None:
    assert not any(word in query for query in list_templates() for word in ("today()", "resolve()", "%"))


def test_s195_no_of_type_is_used() -> None:
    assert not any("ofType" in query for query in list_templates())


def test_s196_queries_stay_within_the_widely_supported_subset() -> None:
    names = {name for name, _ in list_parameters()}
    assert names == {"patient", "code", "_sort", "_count"}
    assert {value for name, value in list_parameters() if name == "_sort"} == {"-date"}
    assert not any(":" in name or "." in name for name in names)


def test_s197_the_parameters_are_those_that_national_guides_require() -> None:
    """US Core: `patient` of every type asked, `patient` with `code` of Observation."""
    searches = [query for query in list_templates() if "?" in query]
    assert all(re.search(r"\?patient=\{\{context\.patientId\}\}", query) for query in searches)
    assert {query.split("?")[0] for query in searches if "code=" in query} == {"Observation"}


def test_s198_no_encounter_is_needed() -> None:
    call = man()
    call["context"].pop("encounterId", None)
    assert ask(call).status_code == 200
    assert not any("ncounter" in query for query in list_templates())
