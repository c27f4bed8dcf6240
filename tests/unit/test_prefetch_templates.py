"""The prefetch templates stay within what every client can fill: checklist S190 to S198, sandbox in 5.C."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.hooks.prefetch import compose_prefetch_templates

TEMPLATES = compose_prefetch_templates(["2160-0", "82810-3"])
# S196: what the widely supported subset has, beside the parameters of the resource.
SUBSET = {"patient", "code", "_sort", "_count"}


def test_there_is_one_template_per_prefetch_key_in_the_order_of_the_contract():
    assert tuple(TEMPLATES) == PREFETCH_KEYS


@pytest.mark.parametrize("query", TEMPLATES.values(), ids=TEMPLATES)
def test_the_patient_id_is_the_only_token(query):
    assert re.findall(r"\{\{.*?\}\}", query) == ["{{context.patientId}}"]


@pytest.mark.parametrize("query", TEMPLATES.values(), ids=TEMPLATES)
def test_a_parameter_stands_once_and_within_the_subset(query):
    names = [name for name, _ in parse_qsl(urlsplit(query).query)]
    assert len(names) == len(set(names))
    assert set(names) <= SUBSET


def test_the_patient_is_read():
    assert TEMPLATES["patient"] == "Patient/{{context.patientId}}"


def test_medications_have_no_status_filter():
    assert TEMPLATES["medications"].startswith("MedicationRequest?patient={{context.patientId}}")
    assert "status" not in TEMPLATES["medications"]


def test_observations_are_asked_by_loinc_code_newest_first():
    asked = dict(parse_qsl(urlsplit(TEMPLATES["observations"]).query))
    assert asked["code"] == "http://loinc.org|2160-0,http://loinc.org|82810-3"
    assert asked["_sort"] == "-date"


def test_a_code_of_a_site_keeps_its_system_and_each_code_is_asked_once():
    query = compose_prefetch_templates(["2160-0", "2160-0", "urn:lab|KREA"])["observations"]
    assert "&code=http://loinc.org|2160-0,urn:lab|KREA&" in query


def test_observations_without_any_code_are_refused():
    with pytest.raises(ValueError, match="at least one code"):
        compose_prefetch_templates([])
