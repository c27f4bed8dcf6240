"""The words of medicine that `cards/` defines: code systems, value sets, measured quantities, coded observations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from cds_hooks.chart.concept import ConceptSet
from cds_hooks.chart.set_index import SetIndex
from cds_hooks.knowledge.code_map import CodeMap
from cds_hooks.knowledge.measures import AnalyteFile, Measure, TopicFile, WrittenAnalyte, WrittenTopic, find_repeated_codes
from cds_hooks.knowledge.source import YamlFile, read_yaml, validate
from cds_hooks.knowledge.systems import SystemsFile, compose_aliases
from cds_hooks.knowledge.units import UnitError, compute_factors, fold_unit
from cds_hooks.knowledge.value_set import (
    CodeSystem,
    ValueSetFile,
    compile_set,
    find_code_faults,
    find_set_faults,
    refuse,
)

LOINC = "http://loinc.org"
Code = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Analyte:
    """One measured quantity. `unit` is the UCUM unit that rules compare in; `factors` brings every allowed spelling of a unit
    to it; `shifted` does so for scales with another zero (value minus the first, divided by the second). Amounts outside
    `usable_low` to `usable_high` (in `unit`) are not used, and said. `doubtful` holds units that contradict the code, with why.
    """

    id: str
    name: Mapping[str, str]
    unit: str
    factors: Mapping[str, Decimal]
    usable_low: Decimal | None = None
    usable_high: Decimal | None = None
    shifted: Mapping[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    doubtful: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def convert(self, value: Decimal, unit_code: str, unit_text: str) -> Decimal | None:
        """`value` in `unit`, exact; None where the unit is absent or not allowed. The code speaks first: the text is read
        only where there is none."""
        written = unit_code or unit_text
        factor = self.factors.get(written) or self.factors.get(fold_unit(written))
        if factor is not None:
            return value * factor
        shift = self.shifted.get(fold_unit(written))
        return (value - shift[0]) / shift[1] if shift else None

    def is_usable(self, amount: Decimal) -> bool:
        """Whether an amount in `unit` can be true of a person; outside it is a mistake of entry, and not used."""
        low, high = self.usable_low, self.usable_high
        return (low is None or amount >= low) and (high is None or amount <= high)


@dataclass(frozen=True, slots=True)
class Topic:
    """One coded observation (a pregnancy test). `answers` names the value set behind each answer; `value` is coded, date, due
    or score."""

    id: str
    name: Mapping[str, str]
    value: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything above, ready for reading a record. Codes are (system URI, code)."""

    analytes: Mapping[str, Analyte]
    analyte_by_code: Mapping[Code, str]
    topic_by_code: Mapping[Code, str]
    sets: Mapping[str, ConceptSet]
    systems: Mapping[str, str]
    """Other ways to write a system -> its canonical URI (canonical URIs are in it too)."""
    asked_codes: tuple[str, ...]
    """What the `observations` query asks for: LOINC codes, then those of other systems as `system|code`."""
    topics: Mapping[str, Topic] = field(default_factory=dict)
    race_specific_codes: frozenset[str] = frozenset()
    """LOINC codes of eGFR that a race term went into."""
    sex_by_code: Mapping[str, str] = field(default_factory=dict)
    """LOINC codes that hold for one sex only -> female or male."""
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Value set id -> its title by language."""
    code_map: CodeMap = field(default_factory=dict, repr=False)
    """A site's own map of medicine codes to ATC codes and strengths; empty unless it gave one."""
    set_index: SetIndex = field(init=False, repr=False, compare=False)
    """All of `sets`, by code and by name."""
    observed_codes: frozenset[str] = field(init=False, repr=False, compare=False)
    """Every code, of whatever system, that may be an analyte's or a topic's."""
    remembered: dict[object, dict[bytes, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was read of JSON that is the same for all patients, by what read it and by the JSON (`fhir.reading.recall`)."""

    def __post_init__(self) -> None:
        """What every call looks up, worked out once."""
        object.__setattr__(self, "set_index", SetIndex(self.sets))
        codes = frozenset(code for _, code in (*self.analyte_by_code, *self.topic_by_code))
        object.__setattr__(self, "observed_codes", codes)


def read_vocabulary(folder: Path) -> Vocabulary:
    """Read systems, value sets, analytes and topics of a `cards` folder. Raises KnowledgeError with `file:line` findings."""
    systems_file = read_yaml(folder / "systems.yaml")
    written_systems = validate(systems_file, SystemsFile)
    aliases = compose_aliases(systems_file, written_systems)
    systems = {system.id: system for system in written_systems.systems}
    sets, titles = _read_sets(folder / "valuesets", systems)
    analyte_file, topic_file = read_yaml(folder / "analytes.yaml"), read_yaml(folder / "topics.yaml")
    analytes, topics = validate(analyte_file, AnalyteFile).analytes, validate(topic_file, TopicFile).topics
    _check_measures((analyte_file, "analytes", analytes), (topic_file, "topics", topics), systems, sets)
    return Vocabulary(
        analytes={a.id: _compose_analyte(analyte_file, i, a) for i, a in enumerate(analytes)},
        analyte_by_code=_index_codes(analytes, systems),
        topic_by_code=_index_codes(topics, systems),
        sets=sets,
        systems=aliases,
        asked_codes=_list_asked((*analytes, *topics), systems),
        topics={t.id: Topic(t.id, t.name.model_dump(), t.value, t.answers) for t in topics},
        race_specific_codes=frozenset(c for a in analytes for g in a.codes if g.race_specific for c in g.codes),
        sex_by_code={c: g.sex for a in analytes for g in a.codes if g.sex for c in g.codes},
        titles=titles,
    )


def _read_sets(folder: Path, systems: Mapping[str, CodeSystem]) -> tuple[dict[str, ConceptSet], dict[str, Mapping[str, str]]]:
    sets: dict[str, ConceptSet] = {}
    titles: dict[str, Mapping[str, str]] = {}
    for path in sorted(folder.glob("*.yaml")):
        file = read_yaml(path)
        written = validate(file, ValueSetFile)
        refuse(find_set_faults(file, written, systems))
        for i, value_set in enumerate(written.sets):
            if value_set.id in sets:
                refuse([file.finding(("sets", i, "id"), f"a set '{value_set.id}' exists already; give it another id")])
            sets[value_set.id] = compile_set(value_set, systems)
            titles[value_set.id] = value_set.title.model_dump()
    return sets, titles


def _check_measures(
    analytes: tuple[YamlFile, str, tuple[WrittenAnalyte, ...]],
    topics: tuple[YamlFile, str, tuple[WrittenTopic, ...]],
    systems: Mapping[str, CodeSystem],
    sets: Mapping[str, ConceptSet],
) -> None:
    found: list[str] = []
    for file, key, measures in (analytes, topics):
        for i, measure in enumerate(measures):
            for j, group in enumerate(measure.codes):
                found += find_code_faults(file, (key, i, "codes", j), group, systems)
    for i, topic in enumerate(topics[2]):
        for answer, set_id in topic.answers.items():
            if set_id not in sets:
                what = f"unknown value set '{set_id}'; expected the id of a set under cards/valuesets"
                found.append(topics[0].finding(("topics", i, "answers", answer), what))
    refuse([*found, *find_repeated_codes((analytes, topics))])


def _compose_analyte(file: YamlFile, place: int, written: WrittenAnalyte) -> Analyte:
    molar = {unit: bridge.factor for unit, bridge in written.molar.items()}
    try:
        factors = compute_factors(written.unit, written.units, molar)
    except UnitError as error:
        refuse([file.finding(("analytes", place, "units"), str(error))])
        raise
    shifted = {fold_unit(s): (z.zero, z.per) for u, z in written.shifted.items() for s in (u, *z.spellings)}
    doubtful = {fold_unit(unit): why.model_dump() for unit, why in written.doubtful.items()}
    low, high = written.usable.low, written.usable.high
    return Analyte(written.id, written.name.model_dump(), written.unit, factors, low, high, shifted, doubtful)


def _index_codes(measures: Sequence[Measure], systems: Mapping[str, CodeSystem]) -> dict[Code, str]:
    return {(systems[g.system].uri, code): m.id for m in measures for g in m.codes for code in g.codes}


def _list_asked(measures: Sequence[Measure], systems: Mapping[str, CodeSystem]) -> tuple[str, ...]:
    """A code that we know and do not ask for would pass for "nothing found". Servers keep a system by its URI or by its OID."""
    groups = [group for measure in measures if measure.fetch for group in measure.codes]
    loinc = [code for group in groups if group.system == "loinc" for code in group.codes]
    others = [group for group in groups if group.system != "loinc"]
    return (*loinc, *(f"{uri}|{code}" for group in others for uri in _list_uris(systems[group.system]) for code in group.codes))


def _list_uris(system: CodeSystem) -> tuple[str, ...]:
    return (system.uri, *(alias for alias in system.aliases if alias.startswith("urn:oid:")))
