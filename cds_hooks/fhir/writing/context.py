"""What writing needs to know: the knowledge, the language of texts, whose orders they are, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.model import Medicine
from cds_hooks.knowledge.templates import fill
from cds_hooks.record import Record

Json = dict[str, Any]

ATC = "http://www.whocc.no/atc"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
_SUBSTANCE_LEVEL = 7


class WritingContext(Record):
    """`patient_id` is the bare id of the call's patient; `now` has an offset; `language` is one of LANGUAGES."""

    knowledge: Knowledge
    language: str
    patient_id: str
    now: datetime

    def say(self, key: str, **words: str) -> str:
        """A phrase of cards/facts.yaml, filled."""
        return fill(self.knowledge.facts[key].in_language(self.language), words.__getitem__)

    def find_medicine(self, id: str) -> Medicine | None:
        """A medicine of the knowledge by its id."""
        return next((medicine for medicine in self.knowledge.medicines if medicine.id == id), None)

    def find_atc(self, medicine: Medicine) -> str | None:
        """The ATC code of the substance, from the medicine's value set; None where the set holds none or several."""
        concepts = self.knowledge.vocabulary.sets.get(medicine.value_set)
        if concepts is None:
            return None
        codes = {code for system, code in concepts.exact | concepts.below if system == ATC and len(code) == _SUBSTANCE_LEVEL}
        return codes.pop() if len(codes) == 1 else None
