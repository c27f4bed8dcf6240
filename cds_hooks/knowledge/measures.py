"""`cards/analytes.yaml` and `cards/topics.yaml` as written: quantities and coded observations, with codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from pydantic import Field

from cds_hooks.knowledge.source import YamlFile
from cds_hooks.knowledge.value_set import CardModel, CodeGroup, Id, Text, TwoLanguages


class MeasureCodes(CodeGroup):
    """Codes of an analyte. `race_specific`: a race term went into the value; `sex`: it holds for that sex only."""

    race_specific: bool = False
    sex: Literal["female", "male"] | None = None


class Molar(CardModel):
    """How much one of this unit is in the analyte's own unit, and who says so."""

    factor: Decimal = Field(gt=0)
    source: Text


class ShiftedScale(CardModel):
    """A scale with another zero: (value - zero) / per is the value in the analyte's own unit."""

    zero: Decimal
    per: Decimal = Field(gt=0)
    spellings: tuple[Text, ...] = ()
    source: Text


class Usable(CardModel):
    """Bounds in the analyte's own unit; what lies outside is a mistake of entry."""

    low: Decimal | None = None
    high: Decimal | None = None


class Measure(CardModel):
    """What both kinds have. `fetch`: whether the `observations` query asks for its codes."""

    id: Id
    name: TwoLanguages
    fetch: bool = True
    codes: tuple[MeasureCodes, ...] = Field(min_length=1)


class WrittenAnalyte(Measure):
    """One measured quantity. `units`: UCUM code -> other spellings met in practice; a unit not listed is not used."""

    unit: Text
    units: dict[str, tuple[Text, ...]] = Field(min_length=1)
    molar: dict[str, Molar] = Field(default_factory=dict)
    shifted: dict[str, ShiftedScale] = Field(default_factory=dict)
    doubtful: dict[str, TwoLanguages] = Field(default_factory=dict)
    usable: Usable


class AnalyteFile(CardModel):
    """The whole file."""

    analytes: tuple[WrittenAnalyte, ...] = Field(min_length=1)


class WrittenTopic(Measure):
    """One coded observation. `answers`: our word for an answer -> the value set of its codes and texts. A `score` may be a bare
    whole number too; a `due` date may lie ahead, a `date` may not."""

    value: Literal["coded", "date", "due", "score"]
    answers: dict[str, Id] = Field(default_factory=dict)


class TopicFile(CardModel):
    """The whole file."""

    topics: tuple[WrittenTopic, ...] = Field(min_length=1)


def find_repeated_codes(
    files: Iterable[tuple[YamlFile, str, Sequence[Measure]]],
) -> list[str]:
    """Lines about ids and codes that stand twice: a code may mean one thing only."""
    found: list[str] = []
    owner: dict[tuple[str, str], str] = {}
    ids: set[str] = set()
    for file, key, measures in files:
        for i, measure in enumerate(measures):
            if measure.id in ids:
                found.append(file.finding((key, i, "id"), f"'{measure.id}' stands twice; give each its own id"))
            ids.add(measure.id)
            for j, group in enumerate(measure.codes):
                for code in group.codes:
                    if other := owner.get((group.system, code)):
                        what = f"code '{code}' belongs to '{other}' already; keep it in one place"
                        found.append(file.finding((key, i, "codes", j, "codes", code), what))
                    owner[(group.system, code)] = measure.id
    return found
