"""SECURITY.md: each threat has a control, and a test that is there."""

from __future__ import annotations

import re
from pathlib import Path

from cds_hooks.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SECURITY.md").read_text()


def read_threats() -> list[list[str]]:
    """The cells of each row under "Threats"."""
    section = TEXT.partition("## Threats\n")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_every_threat_has_a_control_and_a_test() -> None:
    threats = read_threats()
    assert len(threats) >= 15
    assert [row[0] for row in threats if len(row) != 3 or not row[1] or "`tests/" not in row[2]] == []


def test_every_test_it_names_is_there() -> None:
    named = set(re.findall(r"`(tests/[^`]+)`", TEXT))
    assert sorted(path for path in named if not (ROOT / path).is_file()) == []


def test_every_setting_it_names_is_one() -> None:
    assert set(re.findall(r"CDS_HOOKS_[A-Z_]+", TEXT)) <= {setting.name for setting in SETTINGS}
