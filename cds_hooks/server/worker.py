"""How a worker of gunicorn waits for calls: where the system can wake one worker alone, a call does not wake them all."""

from __future__ import annotations

import os
import select
import socket

from gunicorn.http.body import LengthReader
from gunicorn.http.message import Request
from gunicorn.workers.sync import SyncWorker

#: Linux. Of all that wait for the same socket one is woken, the one that waited least: what it needs is still in the cache.
_CAN_WAKE_ONE = hasattr(select, "EPOLLEXCLUSIVE")

#: How often a waiting worker looks by itself: of two calls that come at once an older Linux may wake nobody for the second.
_LOOK_SECONDS = 1.0


class Worker(SyncWorker):  # type: ignore[misc]
    """One call at a time, as gunicorn's own."""

    def run_for_one(self, timeout: float) -> None:
        """Answer the calls of one socket until told to stop."""
        if not _CAN_WAKE_ONE:
            super().run_for_one(timeout)
            return
        listener, signals = self.sockets[0], self.PIPE[0]
        with select.epoll() as waiting:
            waiting.register(listener, select.EPOLLIN | select.EPOLLEXCLUSIVE)
            waiting.register(signals, select.EPOLLIN)
            while self.alive and self.is_parent_alive():
                self.notify()
                for number, _ in waiting.poll(min(timeout, _LOOK_SECONDS)):
                    if number == signals:
                        os.read(signals, 1)
                    else:
                        self._take_call(listener)

    def handle_request(self, listener: socket.socket, req: Request, client: socket.socket, addr: object) -> None:
        """Answer one call. gunicorn then waits until the caller closes, lest what it still sends undoes what it was sent: not for
        one that has sent all of it."""
        super().handle_request(listener, req, client, addr)
        if _is_read(req):
            client.close()

    def _take_call(self, listener: socket.socket) -> None:
        """The next call, unless another worker was quicker or the caller is gone."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        self.handle(listener, client, address)


def _is_read(req: Request) -> bool:
    """Whether the body is of a known length, and nothing of it, or behind it, is left."""
    reader = req.body.reader
    return isinstance(reader, LengthReader) and reader.length == 0 and not req.unreader.buf.getbuffer().nbytes
