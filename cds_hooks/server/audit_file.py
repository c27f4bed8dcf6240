"""An append-only file of JSON lines that several processes share: rotated by size, brought to the disk in batches."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

_log = logging.getLogger("cds_hooks.audit")

#: Lines reach the disk at the latest after so many of them, or so many seconds.
_BATCH_LINES = 100
_BATCH_SECONDS = 1.0

_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
_OWNER_ONLY = 0o600


class AuditFile:
    """Each line is one write to a file opened for appending, so lines of several workers never mix. A full file is set aside
    as `name.20260302T090000.000000Z`; the site decides how long it is kept."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._descriptor: int | None = None
        self._owner = 0
        self._unsynced = 0

    def append(self, line: bytes) -> None:
        """Write one line. Raises OSError where it could not be written whole."""
        with self._lock:
            descriptor = self._open()
            if self._is_full(descriptor, len(line)):
                self._set_aside(len(line))
                descriptor = self._open()
            if os.write(descriptor, line) < len(line):
                raise OSError("the disk took only a part of a line")
            self._unsynced += 1
            if self._unsynced >= _BATCH_LINES:
                self._sync()

    def sync(self) -> None:
        """Bring what was written to the disk. Raises OSError."""
        with self._lock:
            self._sync()

    def _sync(self) -> None:
        if self._unsynced and self._descriptor is not None:
            os.fsync(self._descriptor)
            self._unsynced = 0

    def _open(self) -> int:
        """The file under our name now: another worker may have set aside the one that we had, or we are a new worker."""
        if self._owner != os.getpid():
            self._descriptor, self._owner, self._unsynced = None, os.getpid(), 0
            threading.Thread(target=self._keep_synced, name="audit", daemon=True).start()
        if self._descriptor is not None and _is_same_file(self._descriptor, self._path):
            return self._descriptor
        self._close()
        self._descriptor = os.open(self._path, _APPEND, _OWNER_ONLY)
        return self._descriptor

    def _is_full(self, descriptor: int, more_bytes: int) -> bool:
        size = os.fstat(descriptor).st_size
        return size > 0 and size + more_bytes > self._max_bytes

    def _set_aside(self, more_bytes: int) -> None:
        """Unless another worker just did."""
        with _hold(self._path.with_name(f"{self._path.name}.lock")):
            if self._is_full(self._open(), more_bytes):
                moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
                self._path.rename(self._path.with_name(f"{self._path.name}.{moment}"))

    def _close(self) -> None:
        if self._descriptor is None:
            return
        self._sync()
        os.close(self._descriptor)
        self._descriptor = None

    def _keep_synced(self) -> None:
        pause = threading.Event()
        while not pause.wait(_BATCH_SECONDS):
            try:
                self.sync()
            except OSError as error:
                raise_alarm(error)


def raise_alarm(error: OSError) -> None:
    """What an operator has to hear of: calls are answered, and not audited."""
    _log.critical("audit could not be written", extra={"error": type(error).__name__, "reason": error.strerror or str(error)})


def _is_same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


@contextmanager
def _hold(lock: Path) -> Iterator[None]:
    """Only one worker at a time sets a file aside."""
    descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, _OWNER_ONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
