"""The words of the cases as FHIR: codings, texts and moments, from terms.yaml and products.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from cds_hooks.knowledge.source import read_yaml
from tests.clinical.facts import Number
from tests.clinical.load import FOLDER, merge

UCUM = "http://unitsofmeasure.org"
_RELATIVE = re.compile(r"(?:in (\d+)|(\d+)) (hour|day|week)s?(?: ago)?")


@cache
def read_terms() -> Mapping[str, Any]:
    """terms.yaml, with products.yaml under `products`."""
    products = read_yaml(FOLDER / "products.yaml").data
    return {**read_yaml(FOLDER / "terms.yaml").data, "products": products}


def find_term(table: str, key: str) -> dict[str, Any]:
    """One row of a table. Raises KeyError with the words that exist."""
    rows = read_terms()[table]
    if key not in rows:
        raise KeyError(f"'{key}' is not in {table} of terms.yaml or products.yaml; add it there")
    return dict(rows[key])


def write_concept(term: Mapping[str, Any], *, system: str | None, text: str | None, coded: bool = True) -> dict[str, Any]:
    """A CodeableConcept: one coding (the named system, else the first), and the text beside it."""
    shown = text or term.get("text")
    codes = {name: code for name, code in term.items() if name in read_terms()["systems"]}
    if not coded or not codes:
        return {"text": shown}
    name = system or next(iter(codes))
    coding = {"system": read_terms()["systems"][name], "code": str(codes[name])}
    return {"coding": [{**coding, "display": term["text"]}] if term.get("text") else [coding], "text": shown}


def find_system(name: str) -> str:
    """The URI of a system's short name."""
    return str(read_terms()["systems"][name])


def write_quantity(value: Number, unit: str, *, ucum: bool = True, comparator: str | None = None) -> dict[str, Any]:
    """A Quantity. `unit` "none" leaves the unit out; without `ucum` it is text alone."""
    quantity: dict[str, Any] = {"value": to_json_number(value)}
    if comparator:
        quantity["comparator"] = comparator
    if unit == "none":
        return quantity
    return {**quantity, "unit": unit, **({"system": UCUM, "code": unit} if ucum else {})}


def to_json_number(value: Number) -> int | float:
    """The number as JSON writes it; the decimals of the cases survive the way through float."""
    return value if isinstance(value, int) else float(Decimal(value))


@dataclass(slots=True)
class Scene:
    """The moment and the patient of a case, and the ids given so far."""

    now: datetime
    patient: str
    given: dict[str, int]

    def date(self, text: str | None) -> str | None:
        """A moment of a case as FHIR: `3 days ago` is a date, `1 hour ago` and `now` carry the time, the rest stands."""
        if text is None or text == "absent":
            return None
        if text in ("today", "now"):
            return self.now.date().isoformat() if text == "today" else self.now.isoformat()
        if not (match := _RELATIVE.fullmatch(text)):
            return text
        ahead, ago, unit = match.groups()
        moved = self.now + (1 if ahead else -1) * timedelta(**{f"{unit}s": int(ahead or ago)})
        return moved.isoformat() if unit == "hour" else moved.date().isoformat()

    def give_id(self, kind: str, wanted: str | None) -> str:
        """`wanted`, else the next id of its kind (lab-1, lab-2)."""
        self.given[kind] = self.given.get(kind, 0) + 1
        return wanted or f"{kind}-{self.given[kind]}"

    def subject(self) -> dict[str, str]:
        """The reference to the patient."""
        return {"reference": f"Patient/{self.patient}"}


def finish(resource: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """The resource without its empty members, and `raw` merged into it."""
    kept = {key: value for key, value in resource.items() if value not in (None, [], {}, "")}
    return merge(kept, to_plain(raw))


def to_plain(value: Any) -> Any:
    """Data of YAML as JSON can hold it: decimals become floats."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: to_plain(member) for key, member in value.items()}
    return [to_plain(member) for member in value] if isinstance(value, list) else value
