"""Every clinical case, from the bytes of the request to the cards of the response."""

from __future__ import annotations

import pytest

from tests.clinical.build import build_request, read_now
from tests.clinical.expect import compare_dutch, find_differences
from tests.clinical.load import LoadedCase, find_case_files, read_cases
from tests.clinical.run import find_faults, run_case

CASES = [case for path in find_case_files() for case in read_cases(path)]


@pytest.mark.parametrize("loaded", CASES, ids=lambda loaded: loaded.id)
def test_the_case_gets_what_the_source_says(loaded: LoadedCase) -> None:
    case, now = loaded.case, read_now(loaded.case)
    request = build_request(case, name=loaded.id)
    response, assessment = run_case(request, now=now, language="en", site=case.site)
    differences = find_differences(case.expect, loaded.rule, response, assessment)
    if case.expect.says_nl:
        dutch, _ = run_case(request, now=now, language="nl", site=case.site)
        differences += compare_dutch(case.expect, loaded.rule, response["cards"], dutch["cards"])
    assert differences == []
    assert find_faults(response) == []
