"""CDS_HOOKS_TEST_NO_SKIP turns a skip into a failure: in CI nothing is left out unseen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"

CASES = {
    "mark": "import pytest\n@pytest.mark.skip\ndef test_x(): pass\n",
    "call": "import pytest\ndef test_x(): pytest.skip('no browser')\n",
    "module": "import pytest\npytest.skip('none', allow_module_level=True)\n",
    "import": "import pytest\npytest.importorskip('no_such_module')\ndef test_x(): pass\n",
}


def run(folder: Path, source: str, **environ: str) -> int:
    shutil.copy(CONFTEST, folder / "conftest.py")
    (folder / "test_made_up.py").write_text(f"{source}\ndef test_that_passes(): pass\n")
    clean = {name: value for name, value in os.environ.items() if name != "CDS_HOOKS_TEST_NO_SKIP"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(folder)]
    return subprocess.run(command, cwd=folder, env=clean | environ, capture_output=True, check=False).returncode


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_skip_fails_where_it_is_set(tmp_path: Path, case: str) -> None:
    assert run(tmp_path, CASES[case], CDS_HOOKS_TEST_NO_SKIP="1") != 0


def test_a_skip_passes_where_it_is_not(tmp_path: Path) -> None:
    assert run(tmp_path, CASES["mark"]) == 0


def test_an_expected_failure_stays_one(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.xfail\ndef test_x(): assert False\n"
    assert run(tmp_path, source, CDS_HOOKS_TEST_NO_SKIP="1") == 0
