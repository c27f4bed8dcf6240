"""A FHIR server that is not ours, in a process of its own on loopback, loaded as any client would load it: by transactions."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

Json = dict[str, Any]

HERE = Path(__file__).parent
HOW_TO_GET_IT = "needs Node 18 or newer, and once: npm ci --prefix tests/real"
#: As many updates as the server takes in one transaction.
_TRANSACTION = 50


class RunningFhir:
    """A server that is up. Every name is a base, with a store of its own."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def base(self, name: str) -> str:
        return f"{self._origin}/{name}/fhir"

    def load(self, name: str, resources: Sequence[Json]) -> str:
        """Puts the resources there under their own ids; returns the base."""
        load_resources(self.base(name), resources)
        return self.base(name)


def load_resources(base: str, resources: Sequence[Json]) -> None:
    """Puts the resources on a server under their own ids, by as many transactions as it takes."""
    for start in range(0, len(resources), _TRANSACTION):
        entries = [_compose_update(resource) for resource in resources[start : start + _TRANSACTION]]
        sent = requests.post(base, json={"resourceType": "Bundle", "type": "transaction", "entry": entries}, timeout=30)
        assert sent.status_code == 200, sent.text
        assert {entry["response"]["status"] for entry in sent.json()["entry"]} <= {"200", "201"}


def _compose_update(resource: Json) -> Json:
    return {"resource": resource, "request": {"method": "PUT", "url": f"{resource['resourceType']}/{resource['id']}"}}


@contextmanager
def run_fhir(*options: str) -> Iterator[RunningFhir]:
    """A server with these options of `fhir_server.mjs`; the test skips where what it needs is not there."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        pytest.skip(HOW_TO_GET_IT)
    command = [node, "fhir_server.mjs", *options]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("FHIR server on "), "the FHIR server did not start; its own words are on stderr"
            yield RunningFhir(line.split()[-1])
        finally:
            process.terminate()
