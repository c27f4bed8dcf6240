"""A wheel works outside the checkout: the program, its pages, `cards/` and `fixtures/` travel inside."""

from __future__ import annotations

import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment that holds the wheel. The libraries are those of this environment, so that
    nothing is fetched; its editable install is not seen, for `.pth` files of a borrowed folder are not run."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False, symlinks=True)
    python = folder / "env" / "bin" / "python"
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder))
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()))
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    return python.parent


@pytest.mark.parametrize("name", ["cards", "fixtures"])
def test_the_folder_is_found_inside_the_package(installed: Path, tmp_path: Path, name: str) -> None:
    script = f"from cds_hooks.knowledge.source import find_{name}_folder as f; print(f())"
    found = Path(run(installed / "python", "-c", script, cwd=tmp_path))
    assert found.parts[-2:] == ("cds_hooks", name)
    assert installed.parent in found.parents
    assert sorted(p.name for p in found.iterdir()) == sorted(p.name for p in (ROOT / name).iterdir())


def test_the_knowledge_in_the_wheel_holds(installed: Path, tmp_path: Path) -> None:
    assert "no findings" in run(installed / "cds-hooks", "check", cwd=tmp_path)


def test_a_fixture_of_the_wheel_can_be_evaluated(installed: Path, tmp_path: Path) -> None:
    script = "from cds_hooks.cli.start import find_shown_request; print(find_shown_request())"
    fixture = run(installed / "python", "-c", script, cwd=tmp_path)
    assert '"critical"' in run(installed / "cds-hooks", "evaluate", fixture, cwd=tmp_path)


def test_the_pages_of_the_wheel_have_their_templates(installed: Path, tmp_path: Path) -> None:
    script = (
        "import cds_hooks.server as s, pathlib;"
        "print(*sorted(p.name for p in (pathlib.Path(s.__file__).parent / 'templates').iterdir()))"
    )
    expected = sorted(path.name for path in (ROOT / "cds_hooks" / "server" / "templates").iterdir())
    assert run(installed / "python", "-c", script, cwd=tmp_path).split() == expected
