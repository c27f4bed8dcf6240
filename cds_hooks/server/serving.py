"""gunicorn around the application: the same in development and in the image."""

from __future__ import annotations

import gc
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from cds_hooks.errors import SettingsError
from cds_hooks.server.answers_of_gunicorn import send_answers_whole
from cds_hooks.server.memory import keep_freed_memory
from cds_hooks.server.outcome_of_gunicorn import say_errors_as_outcomes
from cds_hooks.server.worker import Worker
from cds_hooks.settings.tls import Tls

#: Default collection thresholds walk the parsed record again and again: a large call takes three times as long.
_GC_THRESHOLDS = (50_000, 20, 20)

#: What a caller may send before its body: a token of 16 kB fits in a header, and no address of ours is long.
_HEADER_LIMITS = {"limit_request_line": 2048, "limit_request_fields": 64, "limit_request_field_size": 16_384}

#: No header says by which scheme or under which prefix a call came: all may send all of none, so nobody's address is judged.
_NO_PROXY = {"forwarded_allow_ips": "*", "secure_scheme_headers": {}, "forwarder_headers": ""}

#: Where gunicorn notes that its workers live; on a disk that note can block.
_SHARED_MEMORY = "/dev/shm"  # its own file, by a random name  # nosec B108


@dataclass(frozen=True, slots=True)
class Binding:
    """Where to listen, with how many processes, and for how many seconds one call may keep one of them: then it is broken off
    with its worker, which is replaced."""

    host: str
    port: int
    workers: int = 1
    tls: Tls | None = None
    longest_call_seconds: int = 30

    @property
    def address(self) -> str:
        """As gunicorn writes it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """As one would open it on this machine."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # read, not bound to  # nosec B104
        host = everywhere.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


def serve(app: Flask, binding: Binding, *, greeting: str) -> None:
    """Serve until interrupted. Raises SettingsError where the address cannot be bound to."""
    _check_free(binding)
    send_answers_whole()
    say_errors_as_outcomes()
    _Gunicorn(app, binding, greeting).run()


class _Gunicorn(BaseApplication):  # type: ignore[misc]
    """Workers are forked from this process, with knowledge loaded and frozen: they share it, and never collect it."""

    def __init__(self, app: Flask, binding: Binding, greeting: str) -> None:
        self._app, self._binding, self._greeting = app, binding, greeting
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._compose_options().items():
            if name in self.cfg.settings or name in _NO_PROXY:  # those go together: it had better not start without one
                self.cfg.set(name, value)
        # Each call asks for two dozen settings: as plain attributes they need not be looked up by three functions.
        self.cfg.__dict__.update({name: setting.get() for name, setting in self.cfg.settings.items()})

    def load(self) -> Flask:
        return self._app

    def _compose_options(self) -> dict[str, Any]:
        return {
            "bind": self._binding.address,
            "workers": self._binding.workers,
            "worker_class": Worker,
            "preload_app": True,
            # Its warnings quote the headers they complain of, and a header may hold a token.
            "loglevel": "error",
            "timeout": self._binding.longest_call_seconds,
            **_HEADER_LIMITS,
            **_NO_PROXY,
            **_compose_tls(self._binding.tls),
            "control_socket_disable": True,
            "worker_tmp_dir": _SHARED_MEMORY if Path(_SHARED_MEMORY).is_dir() else None,
            "when_ready": self._begin,
        }

    def _begin(self, _: object) -> None:
        keep_freed_memory()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)
        print(self._greeting, flush=True)


def _compose_tls(tls: Tls | None) -> dict[str, Any]:
    """TLS 1.2 or later, where TLS is ours."""
    if tls is None:
        return {}

    def make_context(_: object, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        context = default()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    return {"certfile": str(tls.certificate), "keyfile": str(tls.key), "ssl_context": make_context}


def _check_free(binding: Binding) -> None:
    """Said in one line, where gunicorn would try five times and print each."""
    family = socket.AF_INET6 if ":" in binding.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((binding.host, binding.port))
        except OSError as error:
            raise SettingsError(f"cannot listen on {binding.address}: {error.strerror}") from None
