"""Loads a situation of `fixtures/` into a FHIR server, its dates moved so that it is of today: for trying the service by hand.

python -m tests.real.load_situation lenalidomide-renal-40 http://127.0.0.1:8081/demo/fhir
"""

from __future__ import annotations

import re
import sys
from datetime import date, timedelta
from typing import Any

from tests.api.fixture_files import read_expected, read_request
from tests.real.asked import list_record
from tests.real.running_fhir import load_resources

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?=T|$)")


def move_dates(value: Any, days: int) -> Any:
    """The same JSON with each whole date so many days later, times and ages as they were."""
    if isinstance(value, dict):
        return {name: move_dates(member, days) for name, member in value.items()}
    if isinstance(value, list):
        return [move_dates(member, days) for member in value]
    if isinstance(value, str) and (found := _DATE.match(value)):
        return f"{date.fromisoformat(found[0]) + timedelta(days=days)}{value[found.end() :]}"
    return value


def main(situation: str, base: str) -> None:
    days = (date.today() - read_expected(situation).now.date()).days
    request = read_request(situation)
    load_resources(base, move_dates(list_record(request), days))
    print(f"Patient/{request['context']['patientId']} is on {base}")


if __name__ == "__main__":
    main(*sys.argv[1:])
