"""Asks the advisory database about every locked dependency; says so, and passes, where it cannot be asked."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

_UNREACHABLE = "skipped: the advisory database could not be asked ({reason})"


def main(lock: str) -> int:
    """0 where nothing is known against any of them or nobody could be asked, else 1, with a line for each fault."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", lock, "--require-hashes", "--no-deps", "--disable-pip"]
    done = subprocess.run(
        [*command, "--format", "json", "--progress-spinner", "off"], capture_output=True, text=True, check=False
    )
    try:
        asked = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(_UNREACHABLE.format(reason=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no answer"))
        return 0
    return _tell(asked)


def _tell(asked: list[dict[str, Any]]) -> int:
    known = [one for one in asked if "skip_reason" not in one]
    if not known:
        print(_UNREACHABLE.format(reason=asked[0]["skip_reason"] if asked else "nothing is locked"))
        return 0
    faults = [(one["name"], one["version"], fault["id"]) for one in known for fault in one["vulns"]]
    for name, version, fault in faults:
        print(f"{name} {version}: {fault}")
    print(f"{len(known)} of {len(asked)} dependencies asked about, {len(faults)} faults known")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
