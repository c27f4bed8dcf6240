"""The regimens of a medicine as pharmacists write them: dose levels, kidney table, blood count limits, in plain records."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from cds_hooks.chart.count_limits import CountStep, Level
from cds_hooks.chart.regimen import Regimen, RenalBand, RenalDose
from cds_hooks.clinical.dosage import Pattern
from cds_hooks.knowledge.count_entries import CountEntry, CountStepEntry
from cds_hooks.knowledge.medicine_file import Milligrams, TwoWords, Words
from cds_hooks.knowledge.model import Text
from cds_hooks.knowledge.source import read_yaml, validate
from cds_hooks.knowledge.value_set import CardModel

Days = Annotated[int, Field(ge=1, le=366)]


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


class LevelEntry(CardModel):
    """A dose level below the start; `days` only where they differ from those of the start."""

    mg: Milligrams
    days: DaysEntry | None = None


class KidneyFloorEntry(CardModel):
    """The lowest doses of the kidney table, for a clearance under `below` mL/min."""

    below: Annotated[int, Field(ge=1, le=200)]
    levels: tuple[LevelEntry, ...] = Field(min_length=1)


class MaxCyclesEntry(CardModel):
    """At most so many cycles; beside medicines of these value sets, where the regimen goes on without them."""

    count: Annotated[int, Field(ge=1, le=99)]
    beside: tuple[Words, ...] = ()


class RegimenEntry(CardModel):
    """One row of the regimen table, with its levels and the limits of its blood counts."""

    id: Words
    name: TwoWords
    indication: Words
    kidney: Literal["myeloma", "mds", "follicular-lymphoma"]
    start_mg: Milligrams
    days: DaysEntry
    levels: tuple[LevelEntry, ...] = Field(min_length=1)
    raised_mg: Milligrams | None = None
    raised_after_cycles: Annotated[int, Field(ge=1, le=24)] | None = None
    kidney_floor: KidneyFloorEntry | None = None
    max_cycles: MaxCyclesEntry | None = None
    count_plan: Words
    neutrophils: CountEntry
    platelets: CountEntry

    def to_levels(self) -> tuple[Level, ...]:
        """The plain records, highest first as written."""
        return self._compose_levels(self.levels)

    def to_kidney_floors(self) -> tuple[Level, ...]:
        """The plain records; empty where the kidney table goes no lower."""
        return self._compose_levels(self.kidney_floor.levels) if self.kidney_floor else ()

    def _compose_levels(self, entries: Iterable[LevelEntry]) -> tuple[Level, ...]:
        return tuple(Level(entry.mg, (entry.days or self.days).to_pattern()) for entry in entries)


class RegimensFile(CardModel):
    """cards/<medicine>/regimens.yaml."""

    section: Words
    kidney: dict[str, KidneyEntry]
    count_plans: dict[str, tuple[CountStepEntry, ...]]
    regimens: tuple[RegimenEntry, ...] = Field(min_length=1)


def read_regimens(folder: Path) -> dict[str, Regimen]:
    """The regimens by id, in table order; empty where the medicine has no such file."""
    model = _read_file(folder)
    return {entry.id: _compose_regimen(entry, model) for entry in model.regimens} if model else {}


def read_regimen_names(folder: Path) -> dict[str, Text]:
    """`regimen.<id>` -> its name, for texts."""
    model = _read_file(folder)
    return {f"regimen.{entry.id}": entry.name.to_text() for entry in model.regimens} if model else {}


def read_count_plans(folder: Path) -> dict[str, tuple[CountStep, ...]]:
    """The plans of blood counts by name (4.4); empty where the medicine has no such file."""
    model = _read_file(folder)
    return _compose_plans(model) if model else {}


def _read_file(folder: Path) -> RegimensFile | None:
    path = folder / "regimens.yaml"
    return validate(read_yaml(path), RegimensFile) if path.exists() else None


def _compose_plans(model: RegimensFile) -> dict[str, tuple[CountStep, ...]]:
    return {name: tuple(step.to_step() for step in steps) for name, steps in model.count_plans.items()}


def _compose_regimen(entry: RegimenEntry, model: RegimensFile) -> Regimen:
    kidney = model.kidney[entry.kidney]
    return Regimen(
        entry.id,
        entry.indication,
        entry.start_mg,
        entry.days.to_pattern(),
        tuple(band.to_band() for band in kidney.bands),
        kidney.dialysis.to_band(),
        levels=entry.to_levels(),
        raised_mg=entry.raised_mg,
        neutrophils=entry.neutrophils.to_limits(),
        platelets=entry.platelets.to_limits(),
        count_plan=_compose_plans(model)[entry.count_plan],
        raised_after_cycles=entry.raised_after_cycles or 0,
        kidney_floors=entry.to_kidney_floors(),
        kidney_floor_below=entry.kidney_floor.below if entry.kidney_floor else None,
        max_cycles=entry.max_cycles.count if entry.max_cycles else None,
        max_cycles_with=entry.max_cycles.beside if entry.max_cycles else (),
    )
