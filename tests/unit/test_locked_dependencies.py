"""The image is built from locked dependencies, each with its hashes, and the lock holds all that the project asks for."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "deploy" / "requirements.lock"
BUILD_LOCK = ROOT / "deploy" / "build-requirements.lock"
AUDIT = ROOT / "deploy" / "audit_dependencies.py"


def read_lock(lock: Path = LOCK) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each locked dependency, by its name."""
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text())
    found = {}
    for entry in entries:
        requirement = Requirement(entry.split(" \\\n")[0].split(" --hash")[0].strip())
        (pin,) = requirement.specifier
        assert pin.operator == "==", entry
        found[canonicalize_name(requirement.name)] = (pin.version, entry.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("lock", [LOCK, BUILD_LOCK], ids=lambda lock: lock.name)
def test_every_locked_dependency_has_its_hashes(lock: Path) -> None:
    assert [name for name, (_, hashes) in read_lock(lock).items() if not hashes] == []


def test_the_lock_holds_all_that_the_project_asks_for() -> None:
    locked = read_lock()
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)][0]), f"{requirement}: make lock"


def test_the_image_takes_nothing_that_is_not_locked() -> None:
    steps = [
        step for step in re.split(r"&&|\n(?=[A-Z])", (ROOT / "Dockerfile").read_text()) if re.search(r"pip (install|wheel)", step)
    ]
    assert len(steps) == 4
    assert all("--require-hashes" in step or "--no-index" in step for step in steps)


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ({"dependencies": [{"name": "a", "version": "1", "vulns": []}]}, 0, "1 of 1 dependencies asked about, 0 faults known"),
        ({"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1"}]}]}, 1, "a 1: PYSEC-1"),
        ({"dependencies": [{"name": "a", "skip_reason": "not found"}]}, 0, "could not be asked (not found)"),
        (None, 0, "could not be asked"),
    ],
)
def test_the_audit_tells_no_fault_known_from_nobody_asked(tmp_path: Path, answer: object, code: int, said: str) -> None:
    (tmp_path / "pip_audit.py").write_text(f"print({json.dumps(answer)!r})" if answer else "raise SystemExit('no network')")
    command = [sys.executable, str(AUDIT), str(LOCK)]
    done = subprocess.run(command, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert (done.returncode, said in done.stdout) == (code, True), done
