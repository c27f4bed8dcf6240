"""The fixed English names of why a dose or supply cannot be computed, and of what is said besides one that can."""

from __future__ import annotations

from cds_hooks.clinical.dosage import NotComputable

NO_DOSAGE = NotComputable("no dosage instruction")
NO_DOSE = NotComputable("no dose")
DOSE_IN_TEXT = NotComputable("dose in free text")
DOSE_OUT_OF_RANGE = NotComputable("dose out of range")
DOSE_IS_RANGE = NotComputable("dose is a range")
DOSES_DISAGREE = NotComputable("doses of one line disagree")
DOSE_UNIT = NotComputable("unit of the dose not usable")
STRENGTH_UNKNOWN = NotComputable("strength not known")

TIMING_OUT_OF_RANGE = NotComputable("timing out of range")
TIMING_IS_RANGE = NotComputable("timing is a range")
TIMING_INCOMPLETE = NotComputable("timing incomplete")
TIMING_CODE = NotComputable("timing code not known")
TIMING_CONTRADICTORY = NotComputable("timing contradicts itself")
TIMING_OF_ONE_LINE = NotComputable("timing missing on one line")
DAYS_DIFFER = NotComputable("days of the lines differ")
INTAKES_VARY = NotComputable("intakes per day vary")
TEXT_CONTRADICTS = NotComputable("text and timing disagree")
CYCLES_IN_TEXT = NotComputable("several cycles in text")
SEQUENCE = NotComputable("order of the lines not clear")
PAUSE_LENGTH = NotComputable("length of the pause not stated")

NO_SUPPLY = NotComputable("supply not stated")
SUPPLY_OUT_OF_RANGE = NotComputable("supply out of range")
SUPPLY_UNIT = NotComputable("unit of the quantity not usable")
NO_TIMING_TO_LAY_ON = NotComputable("timing not stated")

AS_NEEDED = "as needed"
TIMING_NOT_STATED = "timing not stated"
GIVEN_ONCE = "given once"
DAYS_IRREGULAR = "days without a repeating pattern"
CYCLE_NOT_STATED = "cycle length not stated"
HIGHEST_OF_SEVERAL = "highest of several doses"


def join_notes(*notes: str) -> str:
    """Each note once, in order, joined with "; "."""
    parts = [part for note in notes for part in note.split("; ") if part]
    return "; ".join(dict.fromkeys(parts))


def replace_note(notes: str, note: str, *, kept: bool) -> str:
    """The notes with `note` in them, or without it."""
    others = [part for part in notes.split("; ") if part != note]
    return join_notes(*others, note if kept else "")
