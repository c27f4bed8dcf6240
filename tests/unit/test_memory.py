"""What a large call needed is kept for the next: on glibc hardly a page is asked for anew; elsewhere nothing breaks."""

from __future__ import annotations

import ctypes
import platform
import subprocess
import sys

import pytest

from cds_hooks.server.memory import keep_freed_memory

_IS_GLIBC = platform.libc_ver()[0] == "glibc"

#: Takes and frees blocks of a megabyte, and prints how many pages that took.
_LARGE_CALLS = """
import resource
from cds_hooks.server.memory import keep_freed_memory
{before}
def call():
    return [bytes(1_000_000) for _ in range(8)]
for _ in range(3):
    call()
began = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    call()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - began)
"""


@pytest.mark.skipif(not _IS_GLIBC, reason="only glibc has mallopt")
def test_pages_are_kept_between_calls() -> None:
    def count_pages(before: str) -> int:
        code = _LARGE_CALLS.format(before=before)
        return int(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60).stdout)

    assert count_pages("keep_freed_memory()") < count_pages("") / 10


class _Other:
    """A C library without mallopt."""


@pytest.mark.parametrize("library", [_Other(), OSError("no such library"), TypeError("None is no name here")])
def test_another_c_library_does_as_it_does(library: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: None) -> object:
        if isinstance(library, Exception):
            raise library
        return library

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert keep_freed_memory() is False
