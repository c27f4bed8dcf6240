"""docs/registering-a-client.md: its five steps are taken as they stand there, by a new integrator with a real service."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from cds_hooks.settings.clients import read_clients
from tests.security.running import find_free_port

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/registering-a-client.md").read_text(encoding="utf-8")
STEPS = PAGE.split("## Five steps")[1].split("\n## ")[0]
_FILE = re.compile(r"```(?:python|yaml)\n# (\S+)\n(.*?)```", re.DOTALL)
_COMMAND = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@dataclass
class Integrator:
    """Somebody with the page, an empty folder, and this installation."""

    folder: Path
    port: int

    def write_files(self) -> None:
        (self.folder / "fixtures").symlink_to(ROOT / "fixtures")
        for name, content in _FILE.findall(STEPS):
            (self.folder / name).write_text(content, encoding="utf-8")

    def find_commands(self) -> list[str]:
        """The commands of the page, for this port and this installation."""
        bin_folder = f"{Path(sys.executable).parent}/"
        return [
            text.strip().replace("8080", str(self.port)).replace(".venv/bin/", bin_folder) for text in _COMMAND.findall(STEPS)
        ]

    def run(self, command: str) -> None:
        subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environ, check=True, timeout=60)

    def start(self, command: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(["bash", "-c", f"exec env {command}"], cwd=self.folder, env=self.environ, stdout=-1, text=True)
        assert process.stdout is not None
        assert f":{self.port}" in process.stdout.readline()
        return process

    def curl(self, command: str) -> requests.Response:
        """What the curl line does, without curl."""
        token = (self.folder / "token.txt").read_text().strip()
        words = shlex.split(command.replace("$(cat token.txt)", token))
        headers = dict(words[index + 1].split(": ", 1) for index, word in enumerate(words) if word == "-H")
        body = (self.folder / words[words.index("-d") + 1].removeprefix("@")).read_bytes()
        return requests.post(words[2], data=body, headers=headers, timeout=20)

    @property
    def environ(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("CDS_HOOKS_")}
        return {**clean, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def integrator(tmp_path: Path) -> Integrator:
    integrator = Integrator(tmp_path, find_free_port())
    integrator.write_files()
    return integrator


@pytest.fixture
def running(integrator: Integrator) -> Iterator[Integrator]:
    """After steps 1 to 3."""
    make_keys, serve, *_ = integrator.find_commands()
    integrator.run(make_keys)
    process = integrator.start(serve)
    yield integrator
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)


def test_the_five_steps_lead_to_cards_once(running: Integrator) -> None:
    *_, make_token, call = running.find_commands()
    running.run(make_token)
    first, second = running.curl(call), running.curl(call)
    assert first.status_code == 200
    assert first.json()["cards"][0]["indicator"] == "critical"
    assert (second.status_code, second.content) == (401, b"")


def test_the_private_key_is_readable_by_its_owner_alone(integrator: Integrator) -> None:
    integrator.run(integrator.find_commands()[0])
    assert (integrator.folder / "ward-ehr-private.json").stat().st_mode & 0o077 == 0
    assert '"d"' not in (integrator.folder / "ward-ehr-jwks.json").read_text()


def test_the_entry_with_everything_reads(tmp_path: Path) -> None:
    section = PAGE.split("## All that an entry may say")[1]
    path = tmp_path / "clients.yaml"
    path.write_text(textwrap.dedent(section.split("```yaml\n")[1].split("```")[0]))
    (client,) = read_clients(str(path))
    assert (client.name, client.tenants, client.profile.name) == ("ward-ehr", ("a", "b"), "epic")
    assert client.fhir_servers == ("https://ehr.example.org/fhir",)
