"""The one dosage line of a rewritten order: its days, so many capsules once a day, and the same in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cds_hooks.clinical.dosage import Schedule
from cds_hooks.fhir.writing.context import UCUM, Json, WritingContext
from cds_hooks.fhir.writing.days import Days
from cds_hooks.fhir.writing.timing import bound_days, keep_timing, lay_out
from cds_hooks.fhir.writing.words import say_capsules, say_dosage
from cds_hooks.rules.proposals import RewriteDose

#: What a dosage line may keep. Texts for the patient, maxima and other doses would contradict the new one.
_KEPT = ("id", "asNeededBoolean", "asNeededCodeableConcept", "site", "route", "method")
#: Members of an extension that name something and state nothing.
_NAMES = frozenset({"id", "url", "system", "code", "version", "valueCode", "valueUri", "valueUrl", "valueCanonical", "valueId"})
_WEEK = 7
_HAS_NUMBER = re.compile(r"\d")


def write_dosage(
    lines: list[Json], ordered: Schedule, *, days: Days, proposal: RewriteDose, context: WritingContext
) -> Json | None:
    """The one line that replaces `lines`. None where a modifier extension may change what a line means, where lines in
    sequence do not say for how long, and where the planned days cannot be written in one Timing."""
    if not lines or any("modifierExtension" in line for line in lines):
        return None
    dosing = _find_dosing(lines)
    timing = _find_timing(dosing, ordered)
    if timing is None:
        return None
    written = keep_timing(timing) if days.kept else lay_out(timing, days)
    return None if written is None else _compose_line(dosing[0], written, days=days, proposal=proposal, context=context)


def write_capsules(count: int) -> Json:
    """So many capsules as a Quantity."""
    return {"value": count, "unit": "capsule", "system": UCUM, "code": "{capsule}"}


def _compose_line(base: Json, timing: Json, *, days: Days, proposal: RewriteDose, context: WritingContext) -> Json:
    amount = say_capsules(proposal.capsules, proposal.strength_mg, context=context)
    line: Json = {"text": say_dosage(amount, days, context=context)}
    for key in _KEPT:
        line |= {name: base[name] for name in (key, f"_{key}") if name in base}
    if extensions := [one for one in base.get("extension", ()) if not _holds_number(one)]:
        line["extension"] = extensions
    if instructions := [one for one in base.get("additionalInstruction", ()) if not _names_number(one)]:
        line["additionalInstruction"] = instructions
    if timing:
        line["timing"] = timing
    line["doseAndRate"] = [{"doseQuantity": write_capsules(proposal.capsules)}]
    return line


def _find_dosing(lines: list[Json]) -> list[Json]:
    """The lines with a dose, in their order: pauses and remarks are said in the new text."""
    in_order = sorted(lines, key=lambda line: line.get("sequence", 0))
    return [line for line in in_order if any(_find_doses(line))] or in_order[:1]


def _find_timing(dosing: list[Json], ordered: Schedule) -> Json | None:
    """The timing of the first line, for as long as all of them together; None where that is not stated."""
    timing: Json = dosing[0].get("timing") or {}
    if not _are_in_sequence(dosing):
        return timing
    is_cycle = ordered.pattern is not None and ordered.pattern.cycle_days > _WEEK
    lasts = ordered.intake_days if is_cycle else ordered.lasts_days
    return None if lasts is None else bound_days(timing, lasts)


def _are_in_sequence(dosing: list[Json]) -> bool:
    """Whether the lines follow each other, so that the bounds of the first are not those of the order."""
    sequences = {line.get("sequence") for line in dosing}
    bounds = [(line.get("timing") or {}).get("repeat") or {} for line in dosing]
    periods = [{key: repeat.get(key) for key in ("boundsDuration", "boundsPeriod", "boundsRange")} for repeat in bounds]
    return len(sequences) > 1 or any(period != periods[0] for period in periods)


def _find_doses(line: Json) -> Iterator[Any]:
    for dose in line.get("doseAndRate", ()):
        yield (dose.get("doseQuantity") or {}).get("value") or dose.get("doseRange")


def _holds_number(value: Any) -> bool:
    """Whether an extension may repeat the old dose: a number anywhere in it, in words too, but for what only names things."""
    if isinstance(value, dict):
        return any(_holds_number(inner) for key, inner in value.items() if key not in _NAMES)
    if isinstance(value, list):
        return any(map(_holds_number, value))
    return bool(_HAS_NUMBER.search(value)) if isinstance(value, str) else not isinstance(value, bool | None)


def _names_number(instruction: Json) -> bool:
    """Whether an instruction may hold a dose or a number of intakes."""
    texts = [instruction.get("text", ""), *(coding.get("display", "") for coding in instruction.get("coding", ()))]
    return any(_HAS_NUMBER.search(text) for text in texts)
