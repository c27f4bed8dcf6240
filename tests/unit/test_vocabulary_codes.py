"""Codes: one test per concept and system of the confirmed terminology, and the codes that look alike and are not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cds_hooks.chart.concept import Coding, Concept
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.knowledge.value_set import is_verhoeff
from cds_hooks.knowledge.vocabulary import read_vocabulary

VOCABULARY = read_vocabulary(find_cards_folder())
URI = {
    "atc": "http://www.whocc.no/atc",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "icd-10": "http://hl7.org/fhir/sid/icd-10",
    "icd-10-cm": "http://hl7.org/fhir/sid/icd-10-cm",
}
# Written from the project's confirmed terminology, code by code, with where each belongs ("not x": it must stay out of x).
TERMINOLOGY = list(csv.DictReader(Path(__file__).parent.parent.joinpath("data/terminology_expected.csv").open(encoding="utf-8")))


def belongs(place: str, system: str, code: str) -> bool:
    key = (URI[system], code)
    if place in VOCABULARY.sets:
        return VOCABULARY.sets[place].holds(*key)
    assert place in VOCABULARY.analytes or place in VOCABULARY.topics, f"unknown place {place}"
    return place in (VOCABULARY.analyte_by_code.get(key), VOCABULARY.topic_by_code.get(key))


@pytest.mark.parametrize("row", TERMINOLOGY, ids=[f"{r['expected']}-{r['system']}-{r['code']}" for r in TERMINOLOGY])
def test_a_confirmed_code_is_where_it_belongs(row: dict[str, str]) -> None:
    outside = row["expected"].startswith("not ")
    assert belongs(row["expected"].removeprefix("not "), row["system"], row["code"]) is not outside


@pytest.mark.parametrize(
    ("place", "system", "code"),
    [
        ("multiple-myeloma", "snomed", "55921005"),  # morphology
        ("multiple-myeloma", "snomed", "1162576007"),  # morphology
        ("pregnancy", "icd-10-cm", "Z32.02"),  # a negative test
        ("pregnancy", "snomed", "102874004"),  # possible
        ("pregnancy", "snomed", "152231000119106"),  # not yet confirmed
        ("answer-not-pregnant", "snomed", "146799005"),  # possible
        ("answer-not-pregnant", "loinc", "LA4489-6"),  # unknown
        ("postmenopausal", "snomed", "371036001"),  # after surgery
        ("postmenopausal", "snomed", "373717006"),  # premature
        ("breastfeeding", "snomed", "169741004"),  # the infant
        ("hysterectomy", "snomed", "176795006"),  # subtotal
        ("bilateral-salpingo-oophorectomy", "snomed", "116028008"),  # not stated bilateral
        ("bilateral-salpingo-oophorectomy", "snomed", "176914002"),
        ("lapp-lactase-deficiency", "icd-10", "E73.9"),  # ordinary lactose intolerance
        ("lapp-lactase-deficiency", "snomed", "782415009"),
        ("lactose-intolerance", "icd-10", "E73.0"),
        ("hypocalcaemia", "icd-10", "E83.5"),  # any disorder of calcium
        ("end-stage-renal-disease", "icd-10", "N18.6"),  # not in WHO ICD-10
        ("mds-del-5q", "icd-10-cm", "D46.6"),  # D46.C there
        ("stevens-johnson-syndrome", "icd-10", "L51.1"),  # bullous erythema multiforme there
        ("postmenopausal-osteoporosis", "icd-10-cm", "M81.0"),  # age-related there
        ("combined-oral-contraceptive", "atc", "G03AA13"),  # the patch
        ("systemic-contraceptive-steroid", "atc", "G02BA03"),  # acts locally
        ("systemic-contraceptive-steroid", "atc", "G03AD01"),  # once only
        ("erythropoiesis-stimulating", "atc", "B03XA06"),  # luspatercept
        ("statin", "atc", "C10BA10"),  # bempedoic acid and ezetimibe
        ("systemic-glucocorticoid", "atc", "D07AC01"),  # cream
        ("depot-medroxyprogesterone", "atc", "G03DA02"),
        ("cancer-therapy", "atc", "L04AX03"),  # methotrexate for other uses
        ("neutrophils", "loinc", "770-8"),  # a percentage
        ("neutrophils", "loinc", "26511-6"),
        ("calcium-albumin-corrected", "loinc", "18281-6"),  # for protein
        ("pregnancy-test", "loinc", "19080-1"),  # quantitative
        ("hcg-quantitative", "loinc", "19180-9"),  # free beta
        ("creatinine-clearance-estimated", "loinc", "35592-5"),  # per 1.73 m2
        ("anti-hbc", "loinc", "31204-1"),  # IgM
        ("denosumab-60", "rxnorm", "1046402"),
        ("denosumab-120", "rxnorm", "993452"),
        ("denosumab-60", "atc", "M05BX04"),  # both strengths
    ],
)
def test_a_near_miss_stays_out(place: str, system: str, code: str) -> None:
    assert not belongs(place, system, code)


@pytest.mark.parametrize(
    ("place", "system", "code"),
    [
        ("cancer-therapy", "atc", "L01EA01"),
        ("cancer-therapy", "atc", "L02BG03"),
        ("cancer-therapy", "atc", "L04AX04"),
        ("systemic-glucocorticoid", "atc", "H02AB04"),
        ("combined-oral-contraceptive", "atc", "G03AA07"),
        ("statin", "atc", "C10BX03"),
        ("anti-myeloma", "atc", "L01XX45"),
        ("multiple-myeloma", "icd-10-cm", "C90.01"),
        ("multiple-myeloma", "snomed", "94704006"),
        ("mantle-cell-lymphoma", "icd-10-cm", "C83.18"),
        ("turner-syndrome", "icd-10", "Q96.3"),
        ("pregnancy", "icd-10-cm", "O09.91"),
        ("angioedema", "icd-10-cm", "T78.3XXA"),
    ],
)
def test_what_lies_below_a_hierarchical_code_belongs(place: str, system: str, code: str) -> None:
    assert belongs(place, system, code)


@pytest.mark.parametrize(
    ("alias", "short"),
    [
        ("urn:oid:2.16.840.1.113883.6.96", "snomed"),
        ("urn:oid:2.16.840.1.113883.6.1", "loinc"),
        ("https://loinc.org/", "loinc"),
        ("http://loinc.org/", "loinc"),
        ("urn:oid:2.16.840.1.113883.6.88", "rxnorm"),
        ("urn:oid:2.16.840.1.113883.6.73", "atc"),
        ("http://fhir.de/CodeSystem/bfarm/atc", "atc"),
        ("urn:oid:2.16.840.1.113883.6.3", "icd-10"),
        ("http://hl7.org/fhir/sid/icd-10-nl", "icd-10"),
        ("urn:oid:2.16.840.1.113883.6.90", "icd-10-cm"),
        ("http://loinc.org", "loinc"),
    ],
)
def test_a_system_is_known_under_all_its_names(alias: str, short: str) -> None:
    assert VOCABULARY.systems[alias] == URI[short]


def test_race_specific_rates_are_known_as_such() -> None:
    assert VOCABULARY.race_specific_codes == {"48642-3", "48643-1", "88293-6", "88294-4"}


def test_rates_of_one_sex_are_known_as_such() -> None:
    assert VOCABULARY.sex_by_code == {"50044-7": "female", "70969-1": "male", "50380-5": "female", "50381-3": "male"}


def test_the_query_asks_for_what_rules_use_and_for_nothing_else() -> None:
    asked = set(VOCABULARY.asked_codes)
    assert {"2160-0", "14682-9", "62238-1", "2118-8", "82810-3", "8665-2", "17861-6", "1751-7", "29463-7"} <= asked
    assert {"751-8", "777-3", "6690-2", "770-8"} <= asked
    assert "18281-6" not in asked


def test_what_is_known_under_other_systems_is_asked_for_by_their_uri_and_their_oid() -> None:
    asked = set(VOCABULARY.asked_codes)
    assert {"http://snomed.info/sct|161714006", "urn:oid:2.16.840.1.113883.6.96|161714006"} <= asked
    assert "https://referentiemodel.nhg.org/tabellen/nhg-tabel-45-diagnostische-bepalingen|523" in asked
    assert "urn:oid:2.16.840.1.113883.2.4.4.30.45|523" in asked


def test_a_code_is_asked_for_once() -> None:
    assert len(VOCABULARY.asked_codes) == len(set(VOCABULARY.asked_codes))


@pytest.mark.parametrize(("code", "valid"), [("421471009", True), ("421471008", False), ("124471009", False), ("77386006", True)])
def test_a_mistyped_snomed_code_is_noticed(code: str, valid: bool) -> None:
    assert is_verhoeff(code) is valid


def test_a_code_counts_whatever_the_text_says() -> None:
    concept = Concept((Coding(URI["atc"], "L04AX04", "?"),), "capsules")
    match = VOCABULARY.sets["lenalidomide"].find(concept)
    assert match is not None
    assert (match.by, match.shown) == ("code", "capsules")
