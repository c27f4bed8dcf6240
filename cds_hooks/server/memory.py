"""Keeps the memory that one large call needed for the next one, where the C library can be told to."""

from __future__ import annotations

import ctypes

#: Parameters of glibc's mallopt(3): how much free memory a heap keeps at its end, and from which size on a block is mapped alone.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3

#: Bytes that a worker may keep: the body of a large call, several times over.
_KEPT = 64 * 1024 * 1024
_MAPPED_FROM = 32 * 1024 * 1024


def keep_freed_memory() -> bool:
    """Not given back to the system after each call, and asked for again page by page: that took a tenth of a call of a megabyte.
    Holds for this process and those forked from it. Returns whether the C library took it; any but glibc goes on as it does."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_TRIM_THRESHOLD, _KEPT) and mallopt(_MMAP_THRESHOLD, _MAPPED_FROM))
