"""Allergies and severe reactions: to a medicine, to an excipient, and what the reaction was."""

from __future__ import annotations

from collections.abc import Callable

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.evidence import show_allergy, show_condition
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.records import Allergy, Condition, Reaction
from cds_hooks.chart.toxicity import find_toxicities, is_caused_by

#: Reactions that are severe whatever the severity field says.
SEVERE_SKIN = ("stevens-johnson-syndrome", "toxic-epidermal-necrolysis", "dress", "exfoliative-or-bullous-rash", "grade-4-rash")
ANAPHYLACTIC = ("angioedema", "anaphylaxis")
#: CTCAE grades of a rash: severe, life-threatening.
_SEVERE, _LIFE_THREATENING = 3, 4


def find_allergy(bedside: Bedside, *set_ids: str, intolerance: bool, ever: bool = False) -> Finding:
    """Whether an active allergy (or, asked so, an intolerance; `ever`: of any status) to anything in the sets is on record."""
    found = [
        a
        for a in bedside.find_allergies(*set_ids)
        if (ever or a.record.is_active) and (a.record.kind == "intolerance") is intolerance
    ]
    if found:
        return Finding(True, tuple(show_allergy(allergy) for allergy in found))
    lacking = bedside.chart.find_lacking("allergies")
    return Finding(None if lacking else False, missing=lacking)


def find_severe_reaction(bedside: Bedside, medicine: str, *, only_skin: bool) -> Finding:
    """A severe reaction to `medicine`, now or before: angioedema, anaphylaxis, a severe skin reaction, a severe rash.

    Read from an allergy of any status with its reactions, or from a problem that names the medicine as its cause.
    """
    kinds = SEVERE_SKIN if only_skin else (*SEVERE_SKIN, *ANAPHYLACTIC)

    def is_severe(reaction: Reaction) -> bool:
        if any(bedside.sets[kind].find_any(reaction.manifestations) for kind in kinds):
            return True
        # Severity "severe" is no grade 4: it counts where the source speaks of a severe rash (thalidomide), not of grade 4.
        return only_skin and reaction.severity == "severe" and bedside.sets["rash"].find_any(reaction.manifestations) is not None

    allergies = _find_allergies_with(bedside, medicine, is_severe)
    caused = _find_caused(bedside, medicine, kinds, from_grade=_SEVERE if only_skin else _LIFE_THREATENING)
    if allergies or caused:
        shown = (*(show_allergy(allergy) for allergy in allergies), *(show_condition(found) for found in caused))
        return Finding(True, shown)
    lacking = bedside.chart.find_lacking("allergies", "conditions")
    return Finding(None if lacking else False, missing=lacking)


def _find_caused(bedside: Bedside, medicine: str, kinds: tuple[str, ...], *, from_grade: int) -> list[Matched[Condition]]:
    """Problems of any status that name the medicine as their cause: of these kinds, or a rash of that grade or worse."""
    severe = find_toxicities(bedside, kinds, medicine=medicine, ever=True)
    rashes = find_toxicities(bedside, ("rash",), medicine=medicine, ever=True)
    found = {id(one.found.record): one.found for one in (*severe, *(r for r in rashes if (r.grade or 0) >= from_grade))}
    return [one for one in found.values() if is_caused_by(bedside, one.record, medicine)]


def _find_allergies_with(bedside: Bedside, medicine: str, is_severe: Callable[[Reaction], bool]) -> list[Matched[Allergy]]:
    return [a for a in bedside.find_allergies(medicine) if any(is_severe(reaction) for reaction in a.record.reactions)]
