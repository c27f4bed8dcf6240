"""What a worker remembers outlives it, in order and whole, also when it ends while it tidies."""

from __future__ import annotations

import os
from typing import Any

import pytest

from cds_hooks.server.trust import journal
from cds_hooks.server.trust.journal import Journal, Record

RECORDS: list[Record] = [(float(number), bytes([number]) * 32) for number in range(20)]


@pytest.fixture(params=["in memory", "in a file"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Journal:
    if request.param == "in a file":
        monkeypatch.delattr(os, "memfd_create", raising=False)
    written = Journal()
    for record in RECORDS:
        written.add(record)
    return written


def test_records_are_read_as_they_were_added(kept: Journal) -> None:
    assert (kept.read(), kept.count) == (RECORDS, 20)


def test_tidying_keeps_what_it_is_told_to(kept: Journal) -> None:
    kept.keep(RECORDS[5::2])
    kept.add((99.0, b"x" * 32))
    assert kept.read() == [*RECORDS[5::2], (99.0, b"x" * 32)]


def test_tidying_that_is_broken_off_loses_nothing(kept: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.pwrite

    def write_half(file: int, content: bytes, offset: int) -> Any:
        whole(file, content[: len(content) // 80 * 40], offset)
        raise OSError("no room")

    monkeypatch.setattr(journal.os, "pwrite", write_half)
    with pytest.raises(OSError, match="no room"):
        kept.keep(RECORDS[3:])
    assert set(RECORDS[3:]) <= set(kept.read())
