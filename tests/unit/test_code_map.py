"""A site's own map of medicine codes: read strictly, and used wherever a medicine is recognised. All codes here are invented."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.chart.chart import Chart
from cds_hooks.chart.concept import Coding, ConceptSet
from cds_hooks.errors import SettingsError
from cds_hooks.fhir.reading.site_codes import ATC
from cds_hooks.knowledge import code_map
from cds_hooks.knowledge.code_map import CodeMap, MappedProduct, read_code_map
from cds_hooks.knowledge.source import find_cards_folder
from tests.unit.reading_desk import UCUM, VOCABULARY, make_context, make_order, make_resource, read

PRK = "urn:oid:2.16.840.1.113883.2.4.4.10"
HPK = "urn:oid:2.16.840.1.113883.2.4.4.7"
GPK = "urn:oid:2.16.840.1.113883.2.4.4.1"
HEADER = "system,code,atc,strength\n"
LENALIDOMIDE = ConceptSet("lenalidomide", exact=frozenset({(ATC, "L04AX04")}), names=frozenset({"lenalidomide"}), words=True)
MAP: CodeMap = {PRK: {"900001": MappedProduct("L04AX04", Decimal(25))}, HPK: {"900002": MappedProduct("C10AA05")}}


def read_map(tmp_path: Path, text: str | bytes) -> CodeMap:
    path = tmp_path / "site.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_code_map(path, find_cards_folder())


def read_mapped(order: dict[str, Any] | None = None, **keys: Any) -> Chart:
    vocabulary = replace(VOCABULARY, sets={"lenalidomide": LENALIDOMIDE}, code_map=MAP)
    return read([order] if order else None, context=make_context(vocabulary=vocabulary), **keys)


def order_by(*codings: tuple[str, str], text: str = "", **members: Any) -> dict[str, Any]:
    concept = {"coding": [{"system": system, "code": code} for system, code in codings], "text": text}
    return make_order(medicationCodeableConcept=concept, **members)


# The file


@pytest.mark.parametrize("system", [PRK, "prk", "PRK"])
def test_a_system_is_named_by_its_oid_or_its_short_name(tmp_path: Path, system: str) -> None:
    assert read_map(tmp_path, f"{HEADER}{system},900001,L04AX04,25\n") == {PRK: {"900001": MappedProduct("L04AX04", Decimal(25))}}


def test_each_of_the_systems_of_the_g_standaard_is_known(tmp_path: Path) -> None:
    rows = "".join(f"{system},900001,L04AX04,7.5\n" for system in ("gpk", "prk", "hpk", "zi"))
    assert list(read_map(tmp_path, HEADER + rows)) == [GPK, PRK, HPK, "urn:oid:2.16.840.1.113883.2.4.4.8"]


def test_a_strength_may_be_left_empty(tmp_path: Path) -> None:
    assert read_map(tmp_path, f"{HEADER}gpk,900001,M05BX04,\n")[GPK]["900001"] == MappedProduct("M05BX04", None)


def test_a_byte_order_mark_capitals_in_the_header_blank_lines_and_spaces_do_no_harm(tmp_path: Path) -> None:
    text = "\ufeffSystem, Code, ATC, Strength\r\n\r\n gpk , 900001 , L04AX04 , 25 \r\n"
    assert read_map(tmp_path, text) == {GPK: {"900001": MappedProduct("L04AX04", Decimal(25))}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no row"),
        (HEADER, "holds no row"),
        ("code,system,atc,strength\n", "site.csv:1: the first line is not 'system,code,atc,strength'"),
        ("system;code;atc;strength\n", "site.csv:1: the first line is not 'system,code,atc,strength'"),
        (f"{HEADER}gpk,1,L04AX04,25\nabc,2,L04AX04,25\n", "site.csv:3: the system is not known"),
        (f"{HEADER}gpk,,L04AX04,25\n", "site.csv:2: the code is not"),
        (f"{HEADER}gpk,1 2,L04AX04,25\n", "site.csv:2: the code is not"),
        (f"{HEADER}gpk,1,L04AX,25\n", "site.csv:2: the ATC code is not whole"),
        (f"{HEADER}gpk,1,l04ax04,25\n", "site.csv:2: the ATC code is not whole"),
        (f"{HEADER}gpk,1,L04AX04,0\n", "site.csv:2: the strength is not mg"),
        (f"{HEADER}gpk,1,L04AX04,25 mg\n", "site.csv:2: the strength is not mg"),
        (f"{HEADER}gpk,1,L04AX04,-5\n", "site.csv:2: the strength is not mg"),
        (f"{HEADER}gpk,1,L04AX04,200000\n", "site.csv:2: the strength is not mg"),
        (f"{HEADER}gpk,1,L04AX04,7,5\n", "site.csv:2: has 5 columns; expected 4"),
        (f"{HEADER}gpk,1,L04AX04\n", "site.csv:2: has 3 columns; expected 4"),
        (f"{HEADER}gpk,1,L04AX04,25\nurn:oid:2.16.840.1.113883.2.4.4.1,1,L04AX04,25\n", "site.csv:3: code '1' of this system"),
        (f'{HEADER}gpk,"1,L04AX04,25\n', "site.csv:2: is not CSV"),
        (HEADER.encode() + b"gpk,1,L04AX04,\xff\n", "site.csv is not UTF-8"),
    ],
)
def test_a_fault_is_refused_with_its_line_and_what_would_be_right(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(SettingsError, match=r"CDS_HOOKS_CODE_MAP: ") as refused:
        read_map(tmp_path, text)
    assert said in str(refused.value)


def test_too_many_rows_or_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEADER + "".join(f"gpk,{n},L04AX04,25\n" for n in range(4))
    monkeypatch.setattr(code_map, "MOST_ROWS", 3)
    with pytest.raises(SettingsError, match=r"site\.csv:5: has more than 3 rows"):
        read_map(tmp_path, text)
    monkeypatch.setattr(code_map, "MOST_BYTES", 20)
    with pytest.raises(SettingsError, match="is larger than 20 bytes"):
        read_map(tmp_path, text)


# In a record


def test_a_mapped_code_brings_its_atc_code_and_its_strength() -> None:
    (draft,) = read_mapped(order_by((PRK, "900001"))).drafts
    assert [(coding.system, coding.code) for coding in draft.product.concept.codings] == [(PRK, "900001"), (ATC, "L04AX04")]
    assert draft.product.strength_mg == Decimal(25)


def test_a_code_that_is_not_in_the_map_says_nothing() -> None:
    (draft,) = read_mapped(order_by((PRK, "900009"), (HPK, "900001"))).drafts
    assert [coding.system for coding in draft.product.concept.codings] == [PRK, HPK]
    assert draft.product.strength_mg is None


def test_an_atc_code_of_the_record_is_believed_before_that_of_the_map() -> None:
    (draft,) = read_mapped(order_by((PRK, "900001"), (ATC, "C10AA05"))).drafts
    assert [coding.code for coding in draft.product.concept.codings] == ["900001", "C10AA05"]


def test_a_strength_in_the_name_that_contradicts_the_map_leaves_it_unknown() -> None:
    (draft,) = read_mapped(order_by((PRK, "900001"), text="Lenalidomide 10 mg capsule")).drafts
    assert (draft.product.strength_mg, draft.product.strengths_mg) == (None, (Decimal(10), Decimal(25)))


def test_the_code_of_a_referenced_medication_and_of_its_ingredient_is_mapped_too() -> None:
    coding = {"coding": [{"system": PRK, "code": "900001"}]}
    whole = {"resourceType": "Medication", "id": "m", "code": coding}
    part = {"resourceType": "Medication", "id": "m", "ingredient": [{"itemCodeableConcept": coding}]}
    for medication in (whole, part):
        order = make_order(medicationCodeableConcept=None, medicationReference={"reference": "#m"}, contained=[medication])
        (draft,) = read_mapped(order).drafts
        assert Coding(ATC, "L04AX04") in [coding for concept in draft.product.concepts() for coding in concept.codings]


def test_a_medicine_of_the_record_that_only_the_map_knows_is_not_left_out() -> None:
    line = {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "stuk", "system": UCUM, "code": "1"}}]}
    known = order_by((PRK, "900001"), text="onbekend", dosageInstruction=[line])
    other = {**order_by((HPK, "900002"), text="anders"), "id": "2"}
    chart = read_mapped(medications=[known, other])
    assert [entry.reference for entry in chart.medicines] == ["MedicationRequest/1"]
    assert chart.left_out(["medications"]) == frozenset({"MedicationRequest/2"})


def test_an_allergy_by_a_mapped_code_is_known_by_its_atc_code() -> None:
    code = {"coding": [{"system": PRK, "code": "900001"}]}
    allergy = make_resource("AllergyIntolerance", code=code, reaction=[{"substance": code, "manifestation": [{"text": "rash"}]}])
    (found,) = read_mapped(allergies=[allergy]).allergies
    assert Coding(ATC, "L04AX04") in found.concept.codings
    assert Coding(ATC, "L04AX04") in found.reactions[0].substance.codings
