"""How several open regimens weigh together: what all fail stands at its level, what only some fail one level lower."""

from __future__ import annotations

from collections.abc import Sequence


def weigh(levels: Sequence[int], *, lowest: int = 1) -> int:
    """One level from each candidate's own (0: does not fail). An info, or whatever `lowest` is, that only some fail stays one."""
    if not levels or max(levels) == 0:
        return 0
    return max(min(levels), max(levels) - 1, lowest)
