"""What one worker remembers, kept where the worker that replaces it finds it: a file without a name, which both inherit.

A worker that hangs is ended and replaced; without this the new one would take the tokens that the old one took.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Iterable

#: When a token ends, in seconds of a clock that all processes of this machine share; and its hash.
Record = tuple[float, bytes]

_RECORD = struct.Struct("<d32s")


class Journal:
    """Records in the order in which they were added. One process at a time writes to it."""

    def __init__(self) -> None:
        self._file = _open_unnamed()

    @property
    def count(self) -> int:
        """How many records it holds."""
        return os.fstat(self._file).st_size // _RECORD.size

    def add(self, record: Record) -> None:
        """Raises OSError where there is no room."""
        os.pwrite(self._file, _RECORD.pack(*record), self.count * _RECORD.size)

    def read(self) -> list[Record]:
        """All records."""
        content = os.pread(self._file, self.count * _RECORD.size, 0)
        return list(_RECORD.iter_unpack(content))

    def keep(self, records: Iterable[Record]) -> None:
        """Only these, which are some of its own in their order. Written over the old ones from the start, so that none of them
        is lost should the process end halfway."""
        content = b"".join(_RECORD.pack(*record) for record in records)
        os.pwrite(self._file, content, 0)
        os.ftruncate(self._file, len(content))


def _open_unnamed() -> int:
    """In memory where the system can do so."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("used-tokens")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
