"""What docs/integrating.md gives to be typed by hand is what discovery asks."""

from __future__ import annotations

import re
from pathlib import Path

from cds_hooks.hooks.prefetch import RESOURCE_TYPES, compose_prefetch_templates
from cds_hooks.hooks.services import SERVICES
from cds_hooks.service import load_knowledge
from tests.api.fixture_files import SITUATIONS, read_request

PAGE = (Path(__file__).parents[2] / "docs/integrating.md").read_text(encoding="utf-8")
SCOPES, QUERIES = re.findall(r"```text\n(.*?)\n```", PAGE, re.DOTALL)


def test_the_queries_are_those_of_discovery_as_they_stand() -> None:
    templates = compose_prefetch_templates(load_knowledge().knowledge.vocabulary.asked_codes)
    queries = "\n".join(f"{key}: {query}" for key, query in templates.items())
    assert queries == QUERIES


def test_the_scopes_are_of_all_that_is_read() -> None:
    assert SCOPES.split() == [f"patient/{kind}.rs" for kind in (*RESOURCE_TYPES.values(), "Medication")]


def test_every_service_has_its_address() -> None:
    for service in SERVICES:
        assert f"{{base URL}}/cds-services/{service.id}\n" in PAGE


def test_the_situation_to_load_is_there_under_the_patient_to_open() -> None:
    (situation,) = re.findall(r"load_situation (\S+) ", PAGE)
    assert situation in SITUATIONS
    assert f"patientId={read_request(situation)['context']['patientId']}&" in PAGE
