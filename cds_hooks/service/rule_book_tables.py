"""The tables of the rule book: regimens with their dose levels, the kidney table, the limits of blood counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from cds_hooks.chart.count_limits import CountLimits, FallLimit, Level, Resumption, StartLimit
from cds_hooks.chart.regimen import Regimen, RenalBand, RenalDose
from cds_hooks.clinical.dosage import Pattern
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.model import Medicine
from cds_hooks.knowledge.templates import fill
from cds_hooks.knowledge.wording import say_amount, say_number


def compose_table(names: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of GitHub Flavored Markdown."""
    head = [*names]
    return "\n".join(_compose_row(row) for row in (head, ["---"] * len(head), *rows))


def _compose_row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


class RegimenTables:
    """The tables of one medicine in one language."""

    def __init__(self, knowledge: Knowledge, medicine: Medicine, language: str) -> None:
        table = medicine.tables.get("regimens", {})
        self.regimens: Sequence[Regimen] = tuple(table.values()) if isinstance(table, Mapping) else ()
        self.facts = knowledge.facts
        self.language = language

    def tell(self) -> Iterator[str]:
        """Each table under its heading; nothing for a medicine without regimens."""
        if not self.regimens:
            return
        heads = (("regimen", "start-dose", "levels-below", "raised", "max-cycles"), ("regimen", "clearance", "at-most", "raised"))
        counts = ("regimen", "count", "start-from", "interrupt", "resume-first", "resume-later")
        for title, names, rows in (
            ("regimens", heads[0], map(self._tell_levels, self.regimens)),
            ("kidney", heads[1], self._list_bands()),
            ("counts", counts, self._list_counts()),
        ):
            yield f"## {self._say(title)}"
            yield compose_table((self._say(name) for name in names), rows)

    def _say(self, key: str, **values: str) -> str:
        return fill(self.facts[f"book.{key}"].in_language(self.language), values.__getitem__)

    def _name(self, regimen: Regimen) -> str:
        return f"{self.facts[f'regimen.{regimen.id}'].in_language(self.language)} (`{regimen.id}`)"

    def _number(self, value: Decimal) -> str:
        return say_number(value, self.language)

    def _dose(self, mg: Decimal, days: Pattern | None) -> str:
        dose = say_amount(mg, "mg", language=self.language)
        return self._say("days-of", dose=dose, n=self._number(days.days_on), m=self._number(days.cycle_days)) if days else dose

    def _doses(self, doses: Iterable[Level | RenalDose]) -> str:
        return ", ".join(self._dose(one.mg, one.days if isinstance(one, Level) else one.pattern) for one in doses)

    def _raised(self, mg: Decimal | None, cycles: int) -> str:
        return self._say("after", n=str(cycles), dose=self._dose(mg, None)) if mg is not None else ""

    def _tell_levels(self, regimen: Regimen) -> tuple[str, ...]:
        levels = self._doses(Level(one.mg, None if one.days == regimen.days else one.days) for one in regimen.levels)
        if regimen.kidney_floor_below is not None:
            limit, floors = str(regimen.kidney_floor_below), self._doses(regimen.kidney_floors)
            levels += f" ({self._say('floor', limit=limit, doses=floors)})"
        raised = self._raised(regimen.raised_mg, regimen.raised_after_cycles)
        return self._name(regimen), self._dose(regimen.start_mg, regimen.days), levels, raised, str(regimen.max_cycles or "")

    def _list_bands(self) -> Iterator[tuple[str, ...]]:
        for regimen in self.regimens:
            for band in regimen.bands:
                yield self._name(regimen), self._span(band), *self._tell_band(band)
            yield (
                self._name(regimen),
                self.facts["kidney.dialysis"].in_language(self.language),
                *self._tell_band(regimen.dialysis),
            )

    def _span(self, band: RenalBand) -> str:
        low = f"≥ {self._number(band.low)}" if band.low is not None else ""
        high = f"< {self._number(band.high)}" if band.high is not None else ""
        return ", ".join(part for part in (low, high) if part)

    def _tell_band(self, band: RenalBand) -> tuple[str, str]:
        doses = self._doses(band.doses) if band.doses else self._say("no-data")
        return doses, self._raised(band.raised, band.raised_after_cycles)

    def _list_counts(self) -> Iterator[tuple[str, ...]]:
        for regimen in self.regimens:
            for name, limits in (("neutrophils", regimen.neutrophils), ("platelets", regimen.platelets)):
                if limits is not None:
                    yield self._name(regimen), self._say(name), *self._tell_limits(limits)

    def _tell_limits(self, limits: CountLimits) -> tuple[str, ...]:
        first, later = (self._tell_fall(fall) for fall in (limits.first, limits.later))
        interrupt = first if first == later else self._say("first-later", first=first, later=later)
        return self._tell_start(limits.start), interrupt, self._tell_return(limits.first), self._tell_return(limits.later)

    def _tell_start(self, start: StartLimit) -> str:
        told = self._limit(start.at_least)
        if start.infiltrated is not None:
            return f"{told} ({self._say('infiltrated', limit=self._limit(start.infiltrated))})"
        return f"{told} ({self._say('not-if-infiltrated')})" if start.may_infiltrate else told

    def _tell_fall(self, fall: FallLimit) -> str:
        told = f"< {self._number(fall.below)}"
        if fall.lasting is None:
            return told
        milder, days = f"< {self._number(fall.lasting.below)}", str(fall.lasting.days)
        return f"{told}; {self._say('lasting', below=milder, days=days, fever=self._number(fall.lasting.fever))}"

    def _tell_return(self, fall: FallLimit) -> str:
        told = [*self._tell_resumption(fall.resume)]
        if fall.alone is not None:
            told += [self._say("alone", resume=one) for one in self._tell_resumption(fall.alone)]
        return "; ".join(told)

    def _tell_resumption(self, resumption: Resumption) -> Iterator[str]:
        at, limit = self._say(f"at.{resumption.at.value}"), self._limit(resumption.at_least)
        yield self._say("resume", limit=limit, at=at)
        if resumption.twice_from is not None:
            yield self._say("resume-twice", limit=self._limit(resumption.twice_from), days=str(resumption.twice_days), at=at)

    def _limit(self, value: Decimal) -> str:
        return f"≥ {self._number(value)}"
