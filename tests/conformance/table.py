"""The table of `docs/conformance.md`, row by row."""

from __future__ import annotations

import re
from typing import NamedTuple

from tests.security.running import ROOT

DOCUMENT = (ROOT / "docs" / "conformance.md").read_text(encoding="utf-8")

_ROW = re.compile(r"\| (S\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \| (.+) \|")


class Row(NamedTuple):
    """One requirement. `by`: names of tests, and why where it is not simply met."""

    id: str
    what: str
    level: str
    who: str
    how: str
    by: str

    @property
    def tests(self) -> list[str]:
        """The tests that it names."""
        return re.findall(r"`(test_\w+)`", self.by)

    @property
    def why(self) -> str:
        """What is said besides."""
        return re.sub(r"`test_\w+`[,;]?", "", self.by).strip()


ROWS = [Row(*found.groups()) for line in DOCUMENT.splitlines() if (found := _ROW.fullmatch(line))]
