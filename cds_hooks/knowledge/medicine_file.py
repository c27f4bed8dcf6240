"""A medicine as pharmacists write it: its source, strengths and excipients, in plain records."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from cds_hooks.knowledge.model import Excipient, Source, Text
from cds_hooks.knowledge.value_set import CardModel

Words = Annotated[str, Field(min_length=1, max_length=300)]
Milligrams = Annotated[Decimal, Field(gt=0, le=1000)]


class TwoWords(CardModel):
    """A text in both languages."""

    en: Words
    nl: Words

    def to_text(self) -> Text:
        """The plain record."""
        return Text(self.en, self.nl)


class SourceEntry(CardModel):
    """The SmPC that the rules come from; `version` is the document's own date or revision, `none` where it states none."""

    label: TwoWords
    product: TwoWords
    registration: Words
    version: TwoWords

    def to_source(self) -> Source:
        """The plain record."""
        return Source(self.label.to_text(), self.product.to_text(), self.registration, self.version.to_text())


class ExcipientEntry(CardModel):
    """An excipient of 6.1; without `strengths_mg` it is in every strength."""

    value_set: Words
    strengths_mg: tuple[Milligrams, ...] = ()


class MedicineFile(CardModel):
    """cards/<medicine>/medicine.yaml; `rules` lists the ids in the order of the knowledge table."""

    id: Annotated[str, Field(pattern=r"^[a-z]+$")]
    name: TwoWords
    value_set: Words
    source: SourceEntry
    rules: tuple[Words, ...] = Field(min_length=1)
    strengths_mg: tuple[Milligrams, ...] = ()
    excipients: tuple[ExcipientEntry, ...] = ()

    def to_excipients(self) -> tuple[Excipient, ...]:
        """The plain records."""
        return tuple(Excipient(e.value_set, frozenset(e.strengths_mg)) for e in self.excipients)
