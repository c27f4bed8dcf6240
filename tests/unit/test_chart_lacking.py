"""Which inputs lack: those that did not come whole, in the order in which they are asked for."""

from __future__ import annotations

import pytest

from cds_hooks.chart.chart import Chart
from cds_hooks.chart.inputs import PREFETCH_KEYS, InputState
from cds_hooks.chart.records import Patient

ALL_WHOLE = dict.fromkeys(PREFETCH_KEYS, InputState.EMPTY)


def make_chart(**states: InputState) -> Chart:
    """Every key whole but these."""
    return Chart(Patient("Patient/1"), drafts=(), inputs={**ALL_WHOLE, **states})


def test_where_every_key_came_whole_nothing_lacks() -> None:
    assert make_chart(conditions=InputState.COMPLETE).find_lacking(*PREFETCH_KEYS) == ()


@pytest.mark.parametrize("state", [state for state in InputState if not state.is_whole])
def test_a_key_that_is_not_whole_lacks_wherever_it_is_asked_for(state: InputState) -> None:
    chart = make_chart(consents=state, statements=state)
    assert chart.find_lacking("conditions", "procedures") == ()
    assert chart.find_lacking("consents", "conditions", "statements") == ("consents", "statements")


def test_a_key_never_heard_of_lacks() -> None:
    chart = Chart(Patient("Patient/1"), drafts=(), inputs={"conditions": InputState.COMPLETE})
    assert chart.find_lacking("medications", "conditions") == ("medications",)
