"""Blood count limits as pharmacists write them in regimens.yaml: start, falls, return, and when counts are due."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from cds_hooks.chart.count_limits import CountLimits, CountStep, FallLimit, Lasting, Resumption, ReturnAt, StartLimit
from cds_hooks.knowledge.value_set import CardModel

#: A count in 10*9/L.
Cells = Annotated[Decimal, Field(gt=0, le=500)]
Degrees = Annotated[Decimal, Field(ge=35, le=42)]
Number = Annotated[int, Field(ge=1, le=60)]
Remark = Annotated[str, Field(pattern=r"^remark\.[a-z0-9-]+$")]


class StartEntry(CardModel):
    """`infiltrated: none` where the limit falls away when the disease infiltrates the marrow."""

    at_least: Cells
    infiltrated: Cells | Literal["none"] | None = None

    def to_limit(self) -> StartLimit:
        """The plain record."""
        exception = self.infiltrated if isinstance(self.infiltrated, Decimal) else None
        return StartLimit(self.at_least, self.infiltrated is not None, exception)


class TwiceEntry(CardModel):
    """At least two values from `at_least` over `over_days` days."""

    at_least: Cells
    over_days: Number


class ResumeEntry(CardModel):
    """The value to resume at, and the dose."""

    at_least: Cells
    at: Literal["start", "level-1", "one-lower"]
    twice: TwiceEntry | None = None

    def to_resumption(self) -> Resumption:
        """The plain record."""
        if self.twice is None:
            return Resumption(self.at_least, ReturnAt(self.at))
        return Resumption(self.at_least, ReturnAt(self.at), self.twice.at_least, self.twice.over_days)


class LastingEntry(CardModel):
    """The milder fall: for so many days, or with fever."""

    below: Cells
    days: Number
    fever: Degrees


class FallEntry(CardModel):
    """One row of an interruption table."""

    below: Cells
    resume: ResumeEntry
    alone: ResumeEntry | None = None
    lasting: LastingEntry | None = None
    remarks: tuple[Remark, ...] = ()

    def to_limit(self) -> FallLimit:
        """The plain record."""
        lasting = Lasting(self.lasting.below, self.lasting.days, self.lasting.fever) if self.lasting else None
        alone = self.alone.to_resumption() if self.alone else None
        return FallLimit(self.below, self.resume.to_resumption(), alone, lasting, self.remarks)


class CountEntry(CardModel):
    """Every limit of one count in one regimen."""

    start: StartEntry
    first: FallEntry
    later: FallEntry
    rest_of_cycle_from_day: Number | None = None
    growth_factor_keeps: bool = False

    def to_limits(self) -> CountLimits:
        """The plain record."""
        return CountLimits(
            self.start.to_limit(),
            self.first.to_limit(),
            self.later.to_limit(),
            self.rest_of_cycle_from_day,
            self.growth_factor_keeps,
        )


class CountStepEntry(CardModel):
    """One stretch of a plan of blood counts: `every_days`, or `each` month or cycle."""

    until_week: Number | None = None
    until_cycle: Number | None = None
    every_days: Number | None = None
    each: Literal["month", "cycle"] | None = None

    @model_validator(mode="after")
    def _say_how_often(self) -> CountStepEntry:
        if (self.every_days is None) is (self.each is None):
            raise ValueError("give one of every_days and each")
        return self

    def to_step(self) -> CountStep:
        """The plain record."""
        return CountStep(self.until_week, self.until_cycle, self.every_days, self.each or "")
