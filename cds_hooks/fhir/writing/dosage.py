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
_KEPT = ("id", "extension", "asNeededBoolean", "asNeededCodeableConcept", "site", "route", "method")
_HAS_NUMBER = re.compile(r"\d")


def write_dosages(
    lines: list[Json], ordered: Schedule, days: Days, *, proposal: RewriteDose, context: WritingContext
) -> Iterator[Json]:
    """Candidates for the one line that replaces `lines`, the most faithful first; the caller takes the first that reads back
    as meant. None where a modifier extension may change what a line means."""
    if not lines or any("modifierExtension" in line for line in lines):
        return
    base = _find_base(lines)
    timing: Json = base.get("timing") or {}
    written = keep_timing(timing) if days.kept else lay_out(timing, days)
    if written is None:
        return
    yield _compose_line(base, written, days, proposal=proposal, context=context)
    if days.kept and len(lines) > 1 and ordered.intake_days is not None:
        bounded = bound_days(written, ordered.intake_days)
        yield _compose_line(base, bounded, days, proposal=proposal, context=context)


def write_capsules(count: int) -> Json:
    """So many capsules as a Quantity."""
    return {"value": count, "unit": "capsule", "system": UCUM, "code": "{capsule}"}


def _compose_line(base: Json, timing: Json, days: Days, *, proposal: RewriteDose, context: WritingContext) -> Json:
    amount = say_capsules(proposal.capsules, proposal.strength_mg, context)
    line: Json = {"text": say_dosage(amount, days, context)}
    for key in _KEPT:
        line |= {name: base[name] for name in (key, f"_{key}") if name in base}
    if instructions := [one for one in base.get("additionalInstruction", ()) if not _names_number(one)]:
        line["additionalInstruction"] = instructions
    if timing:
        line["timing"] = timing
    line["doseAndRate"] = [{"doseQuantity": write_capsules(proposal.capsules)}]
    return line


def _find_base(lines: list[Json]) -> Json:
    """The first line with a dose: pauses and remarks are said in the new text."""
    in_order = sorted(lines, key=lambda line: line.get("sequence", 0))
    return next((line for line in in_order if any(_find_doses(line))), in_order[0])


def _find_doses(line: Json) -> Iterator[Any]:
    for dose in line.get("doseAndRate", ()):
        yield (dose.get("doseQuantity") or {}).get("value") or dose.get("doseRange")


def _names_number(instruction: Json) -> bool:
    """Whether an instruction may hold a dose or a number of intakes."""
    texts = [instruction.get("text", ""), *(coding.get("display", "") for coding in instruction.get("coding", ()))]
    return any(_HAS_NUMBER.search(text) for text in texts)
