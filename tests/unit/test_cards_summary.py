"""The shorter wording of a summary is made only where the fuller one might not fit; the card says the same either way."""

from __future__ import annotations

import pytest

from cds_hooks.advice.speech import Speech, speak
from cds_hooks.advice.summary import fit_summary, fits_surely
from cds_hooks.knowledge.model import Text
from tests.unit.advice_setup import LENALIDOMIDE, make_case, make_context, make_finding, make_outcome

LONG = "a name of the record that is longer than forty-eight characters"


def _speak(summary: str) -> Speech:
    case = make_case(summary=Text(summary, summary))
    outcome = make_outcome(case=case, finding=make_finding(values={"name": LONG, "allowed": "x", "regimen": "y"}))
    return speak(outcome, case, context=make_context(), medicine=LENALIDOMIDE, told={})


def test_a_summary_that_fits_has_one_wording() -> None:
    assert len(_speak("Stop: {name}.").summaries) == 1


def test_a_summary_that_might_not_fit_has_a_shorter_one_too() -> None:
    fuller, shorter = _speak(f"{'Stop. ' * 15}{{name}}.").summaries
    assert len(shorter) < len(fuller)


@pytest.mark.parametrize("others", [0, 1, 99, 99_999])
def test_what_fits_surely_stands_whatever_shorter_one_there_is(others: int) -> None:
    longest = max((text for text in ("x" * n for n in range(160)) if fits_surely(text)), key=len)
    assert fit_summary((longest, "shorter"), others) == fit_summary((longest,), others)
    assert fit_summary((longest, "shorter"), others).startswith(longest)
