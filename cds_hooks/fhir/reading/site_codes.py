"""Medicine codes that only a site's own map explains (G-Standaard): the ATC code and the strength they stand for."""

from __future__ import annotations

from collections.abc import Callable

from cds_hooks.chart.concept import Coding, Concept
from cds_hooks.fhir.reading.strengths import Strength
from cds_hooks.knowledge.code_map import CodeMap, MappedProduct

ATC = "http://www.whocc.no/atc"


def add_atc(concept: Concept, code_map: CodeMap) -> Concept:
    """The concept with the ATC codes of its mapped codes. A record that gives an ATC code itself is believed."""
    if not code_map or any(coding.system == ATC for coding in concept.codings):
        return concept
    found = dict.fromkeys(product.atc for product in find_products(concept, code_map))
    return Concept((*concept.codings, *(Coding(ATC, atc) for atc in found)), concept.text) if found else concept


def find_strengths(concept: Concept, code_map: CodeMap) -> tuple[Strength, ...]:
    """The strengths of its mapped codes."""
    products = find_products(concept, code_map) if code_map else []
    return tuple(Strength(per_piece=(one.strength_mg,)) for one in products if one.strength_mg is not None)


def find_products(concept: Concept, code_map: CodeMap) -> list[MappedProduct]:
    """What the map says of each code of a concept."""
    held = (code_map.get(coding.system, {}).get(coding.code) for coding in concept.codings)
    return [product for product in held if product is not None]


def know_mapped(knows_code: Callable[[str, str], bool], code_map: CodeMap) -> Callable[[str, str], bool]:
    """`knows_code`, asked of the ATC code too that a code stands for."""

    def knows(system: str, code: str) -> bool:
        product = code_map.get(system, {}).get(code)
        return knows_code(system, code) or (product is not None and knows_code(ATC, product.atc))

    return knows
