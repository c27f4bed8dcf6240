"""Names: what counts where only text is there, in both languages, and what must not."""

from __future__ import annotations

import pytest

from cds_hooks.chart.concept import Coding, Concept, ConceptSet
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.knowledge.vocabulary import read_vocabulary

SETS = read_vocabulary(find_cards_folder()).sets
ATC = "http://www.whocc.no/atc"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


@pytest.mark.parametrize(
    ("set_id", "text"),
    [
        ("lenalidomide", "Lenalidomide Amarox 25 mg harde capsules"),
        ("lenalidomide", "REVLIMID 10MG"),
        ("denosumab", "denosumab-bbdz 60 mg/mL"),
        ("denosumab-60", "Prolia, 60 mg"),
        ("denosumab-60", "Conexxence"),
        ("denosumab-120", "Bomyntra 120 mg"),
        ("dexamethasone", "dexamethason 4 mg tablet"),
        ("systemic-glucocorticoid", "prednisolon 5 mg"),
        ("desogestrel-pill", "Desogestrel 75 microgram"),
        ("levonorgestrel-ius", "Mirena 20 microg/24 h"),
        ("multiple-myeloma", "Ziekte van Kahler"),
        ("multiple-myeloma", "relapsed/refractory multiple myeloma"),
        ("multiple-myeloma-relapsed", "Recidief multipel myeloom"),
        ("multiple-myeloma-relapsed", "relapsed / refractory multiple myeloma"),
        ("mds-del-5q", "MDS met geïsoleerde del(5q)"),
        ("pregnancy", "Zwangerschap"),
        ("xy-genotype", "46,XY"),
        ("hypocalcaemia", "Hypocalciëmie"),
        ("antithrombotic", "aspirin 81 mg oral tablet"),
        ("antithrombotic", "Acetylsalicylzuur 80 mg tablet"),
        ("gelatin", "gelatine"),
        ("polysorbate-20", "Polysorbaat 20 (E432)"),
        ("anaphylaxis", "anafylactische shock"),
        ("answer-positive", "POS"),
        ("answer-negative", "niet aantoonbaar"),
        ("answer-not-pregnant", "niet zwanger"),
    ],
)
def test_a_listed_name_counts(set_id: str, text: str) -> None:
    match = SETS[set_id].find(Concept(text=text))
    assert match is not None
    assert match.by == "text"


@pytest.mark.parametrize(
    ("set_id", "text"),
    [
        ("lenalidomide", "pomalidomide 4 mg"),
        ("antithrombotic", "aspirin 325 mg oral tablet"),
        ("antithrombotic", "acetylsalicylic acid 500 mg"),
        ("lenalidomide", "thalidomide"),
        ("thalidomide", "lenalidomide"),
        ("prednisone", "prednisolone"),
        ("denosumab-60", "denosumab"),
        ("denosumab-60", "Xgeva"),
        ("denosumab-60", "denosumab 120 mg"),
        ("desogestrel-pill", "Marvelon"),
        ("pregnancy", "possible pregnancy"),
        ("pregnancy", "geen zwangerschap"),
        ("pregnancy", "zwangerschapswens"),
        ("lactose", "lactose-intolerantie"),
        ("lapp-lactase-deficiency", "lactose-intolerantie"),
        ("hypocalcaemia", "history of hypocalcaemia, corrected"),
        ("answer-positive", "niet aantoonbaar"),
        ("answer-negative", "aantoonbaar"),
        ("answer-pregnant", "niet zwanger"),
        ("answer-not-pregnant", "onbekend"),
        ("polysorbate-20", "polysorbaat 80"),
    ],
)
def test_a_name_that_looks_alike_does_not_count(set_id: str, text: str) -> None:
    assert SETS[set_id].find(Concept(text=text)) is None


def test_the_atc_code_of_another_medicine_silences_the_text() -> None:
    concept = Concept((Coding(ATC, "L04AX06"),), "instead of lenalidomide")
    assert SETS["lenalidomide"].find(concept) is None


def test_a_product_code_that_no_list_holds_leaves_the_name_to_speak() -> None:
    concept = Concept((Coding(RXNORM, "999999", "lenalidomide 25 MG Oral Capsule"),))
    match = SETS["lenalidomide"].find(concept)
    assert match is not None
    assert match.by == "text"


def test_a_coded_condition_is_not_judged_by_its_text() -> None:
    concept = Concept((Coding(SNOMED, "60001007"),), "pregnancy")
    assert SETS["pregnancy"].find(concept) is None


def test_a_code_left_out_on_purpose_silences_the_text() -> None:
    concept = Concept((Coding("http://hl7.org/fhir/sid/icd-10-cm", "Z32.02"),), "pregnancy")
    assert SETS["pregnancy"].find(concept) is None


def test_a_local_code_does_not_silence_the_text() -> None:
    assert SETS["pregnancy"].find(Concept((Coding("urn:local", "7"),), "zwanger")) is not None


def test_the_display_of_a_code_counts_as_text() -> None:
    match = SETS["pregnancy"].find(Concept((Coding("urn:local", "7", "Zwanger"),)))
    assert match is not None
    assert match.shown == "Zwanger"


def test_a_name_of_several_words_is_found_inside_a_text() -> None:
    found = ConceptSet("x", names=frozenset({"depo provera"}), words=True)
    assert found.find(Concept(text="R/ Depo-Provera 150 mg/ml")) is not None
    assert found.find(Concept(text="depo 5 provera")) is None


def test_the_set_that_a_site_fills_is_there_and_empty() -> None:
    assert SETS["site-contraceptive"].find(Concept(text="pil")) is None


@pytest.mark.parametrize("set_id", sorted(set(SETS) - {"site-contraceptive", "site-calcium-predisposition"}))
def test_every_other_set_can_be_met_by_text(set_id: str) -> None:
    assert SETS[set_id].names
    assert "" not in SETS[set_id].names
