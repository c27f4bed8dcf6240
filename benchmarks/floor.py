"""The floor: gunicorn with a handler that parses the body and answers a constant card. `python -m benchmarks.floor PORT`."""

from __future__ import annotations

import gc
import sys
from typing import Any

import orjson
from flask import Flask, Response, request
from gunicorn.app.base import BaseApplication

from benchmarks.calls import PATH, build_calls

WORKERS = 2
GC_THRESHOLDS = (50_000, 20, 20)
_CARD = {"summary": "A constant card", "indicator": "info", "source": {"label": "The floor of the benchmark"}}
_ANSWER = orjson.dumps({"cards": [_CARD]})


def create_floor() -> Flask:
    """The bare application."""
    app = Flask(__name__, static_folder=None)

    @app.post(PATH)
    def answer() -> Response:
        orjson.loads(request.get_data())
        return Response(_ANSWER, content_type="application/json")

    return app


class _Floor(BaseApplication):  # type: ignore[misc]
    def __init__(self, port: int) -> None:
        self._port, self._app = port, create_floor()
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._port}",
            "workers": WORKERS,
            "worker_class": "sync",
            "preload_app": True,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": self._begin,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self._app

    def _begin(self, _: object) -> None:
        self._app.test_client().post(PATH, data=build_calls(20, variants=1)[0], content_type="application/json")
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)


if __name__ == "__main__":
    _Floor(int(sys.argv[1])).run()
