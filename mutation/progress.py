"""A progress bar on stderr."""

from __future__ import annotations

import sys
import time

_WIDTH = 40


class Progress:
    """Shows how far it is, how many survived, how long it may take; without a terminal a line now and then."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.survived = 0
        self._began = time.monotonic()
        self._is_terminal = sys.stderr.isatty()

    def step(self, survivor: str) -> None:
        """One more; a survivor is named at once."""
        self.done += 1
        if survivor:
            self.survived += 1
            print(f"\r{survivor:<{_WIDTH * 2}}", file=sys.stderr)
        if self._is_terminal or self.done % max(1, self.total // 10) == 0 or self.done == self.total:
            self._show()

    def _show(self) -> None:
        share = self.done / self.total
        left = (time.monotonic() - self._began) * (1 - share) / share
        bar = "#" * int(_WIDTH * share)
        line = f"[{bar:<{_WIDTH}}] {self.done}/{self.total}  survived {self.survived}  {left:.0f} s left"
        print(f"\r{line}" if self._is_terminal else line, end="" if self._is_terminal else "\n", file=sys.stderr, flush=True)
        if self._is_terminal and self.done == self.total:
            print(file=sys.stderr)
