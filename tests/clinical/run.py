"""The one place where the clinical cases meet the program: a request goes in as bytes, a response and its assessment come out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from tests.clinical.build import SERVICE_OF_HOOK


def run_case(
    request: Mapping[str, Any], *, now: datetime, language: str = "en", site: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], Any]:
    """The response to `request`, and the assessment behind it, as the service gives them at `now`."""
    from cds_hooks.service import evaluate

    knowledge = _load_knowledge(json.dumps(site, default=str) if site else "")
    body = json.dumps(request).encode()
    service = SERVICE_OF_HOOK[str(request["hook"])]
    evaluation = evaluate(body, service, knowledge, now=now, language=language, fetch=None)
    return evaluation.response, evaluation.assessment


def read_loinc(test: str) -> str:
    """The LOINC code of a test of the shipped knowledge."""
    return str(_load_knowledge("").knowledge.tests[test].loinc)


def read_vocabulary() -> Any:
    """The vocabulary of the shipped knowledge that the cases run on."""
    return _load_knowledge("").knowledge.vocabulary


def find_faults(response: Mapping[str, Any]) -> list[str]:
    """What the program's own check of a response finds wrong with it."""
    from cds_hooks.advice.checking import find_faults as check

    return list(check(response))


@cache
def _load_knowledge(site: str) -> Any:
    from cds_hooks.service import load_knowledge

    return load_knowledge(site={"parameters": json.loads(site)}) if site else load_knowledge()
