"""The call that is made before the first real one: it loads what is loaded on first use, and is neither logged nor audited."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from cds_hooks.server.call_log import LOGGER

#: The mark of such a call in its WSGI environment, where no header of a caller can come (those begin with HTTP_).
WARM_UP = "cds_hooks.warm_up"


@dataclass(frozen=True, slots=True)
class WarmUp:
    """One call to make."""

    path: str
    body: bytes


def make_first_call(app: Flask, call: WarmUp) -> None:
    """Whatever it answers: a call that fails here fails the same way, and is seen, when a client makes it."""
    LOGGER.disabled = True
    app.test_client().post(call.path, data=call.body, content_type="application/json", environ_overrides={WARM_UP: True})
    LOGGER.disabled = False
