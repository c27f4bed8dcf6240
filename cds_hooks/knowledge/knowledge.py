"""Everything under `cards/`, loaded, checked and frozen: what one evaluation reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cds_hooks.knowledge.model import LabTest, Medicine, MedicineToAdd, OverrideReason, Rule, Text
from cds_hooks.knowledge.parameters import Parameters
from cds_hooks.knowledge.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Knowledge:
    """`facts` holds every small text by key: names of facts, notes, remarks, regimens, methods (cards/facts.yaml)."""

    version: str
    vocabulary: Vocabulary
    medicines: tuple[Medicine, ...]
    facts: Mapping[str, Text]
    tests: Mapping[str, LabTest]
    override_reasons: Mapping[str, OverrideReason]
    parameters: Parameters
    rules: Mapping[str, Rule]
    """Every rule by id, `service.not-checked` included."""
    additions: Mapping[str, MedicineToAdd] = field(default_factory=dict)
    """Medicines that a card can offer to order, by id."""
