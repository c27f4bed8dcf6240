"""A medicine as pharmacists write it: its source, strengths, excipients, regimens and kidney tables, in plain records."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from cds_hooks.chart.regimen import Regimen, RenalBand, RenalDose
from cds_hooks.clinical.dosage import Pattern
from cds_hooks.knowledge.model import Excipient, Source, Text
from cds_hooks.knowledge.source import read_yaml, validate
from cds_hooks.knowledge.value_set import CardModel

Words = Annotated[str, Field(min_length=1, max_length=300)]
Milligrams = Annotated[Decimal, Field(gt=0, le=1000)]
Days = Annotated[int, Field(ge=1, le=366)]


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


class DaysEntry(CardModel):
    """`on` days of every `of` days."""

    on: Days
    of: Days

    def to_pattern(self) -> Pattern:
        """The plain record."""
        return Pattern(Decimal(self.on), Decimal(self.of))


class DoseEntry(CardModel):
    """A dose of the kidney table; `days` only where the table names them."""

    mg: Milligrams
    days: DaysEntry | None = None


class RaisedEntry(CardModel):
    """The dose allowed after so many cycles."""

    mg: Milligrams
    after_cycles: Annotated[int, Field(ge=1, le=24)]


class BandEntry(CardModel):
    """Clearance in mL/min from `from` to under `below`. `no_data` with the last dose that the table knows as `ceiling_mg`."""

    at_least: Annotated[int, Field(ge=0, le=200)] | None = None
    below: Annotated[int, Field(ge=1, le=200)] | None = None
    doses: tuple[DoseEntry, ...] = ()
    raised: RaisedEntry | None = None
    no_data: bool = False
    ceiling_mg: Milligrams | None = None

    def to_band(self) -> RenalBand:
        """The plain record."""
        doses = tuple(RenalDose(dose.mg, dose.days.to_pattern() if dose.days else None) for dose in self.doses)
        daily = [dose.mg for dose in doses if dose.pattern is None]
        ceiling = self.ceiling_mg if self.ceiling_mg is not None else max(daily)
        low = Decimal(self.at_least) if self.at_least is not None else None
        high = Decimal(self.below) if self.below is not None else None
        if self.raised is None:
            return RenalBand(low, high, doses, ceiling)
        return RenalBand(low, high, doses, ceiling, self.raised.mg, self.raised.after_cycles)


class KidneyEntry(CardModel):
    """The kidney table of one indication."""

    bands: tuple[BandEntry, ...] = Field(min_length=1)
    dialysis: BandEntry


class RegimenEntry(CardModel):
    """One row of the regimen table."""

    id: Words
    name: TwoWords
    indication: Words
    kidney: Literal["myeloma", "mds", "follicular-lymphoma"]
    start_mg: Milligrams
    days: DaysEntry


class RegimensFile(CardModel):
    """cards/<medicine>/regimens.yaml."""

    section: Words
    kidney: dict[str, KidneyEntry]
    regimens: tuple[RegimenEntry, ...] = Field(min_length=1)


def read_regimens(folder: Path) -> dict[str, Regimen]:
    """The regimens by id, in table order; empty where the medicine has no such file."""
    path = folder / "regimens.yaml"
    if not path.exists():
        return {}
    model = validate(read_yaml(path), RegimensFile)
    return {entry.id: _compose_regimen(entry, model.kidney[entry.kidney]) for entry in model.regimens}


def read_regimen_names(folder: Path) -> dict[str, Text]:
    """`regimen.<id>` -> its name, for texts."""
    path = folder / "regimens.yaml"
    if not path.exists():
        return {}
    model = validate(read_yaml(path), RegimensFile)
    return {f"regimen.{entry.id}": entry.name.to_text() for entry in model.regimens}


def _compose_regimen(entry: RegimenEntry, kidney: KidneyEntry) -> Regimen:
    bands = tuple(band.to_band() for band in kidney.bands)
    return Regimen(entry.id, entry.indication, entry.start_mg, entry.days.to_pattern(), bands, kidney.dialysis.to_band())
