"""The README says of every setting what the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_hooks.settings import SETTINGS, Setting

README = Path(__file__).resolve().parents[2] / "README.md"


def compose_row(setting: Setting) -> str:
    """The setting's row in the table of the README."""
    default = f"`{setting.default}`" if setting.default else "unset"
    return f"| `{setting.name}` | {default} | {setting.meaning} |"


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_is_in_the_readme_as_it_is(setting: Setting) -> None:
    assert compose_row(setting) in README.read_text(encoding="utf-8").splitlines()
