"""A web page that calls the service, opened in Chromium without a screen."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.loopback_server import LoopbackServer

HOW_TO_GET_IT = "needs Chromium, as `chromium` on the path (the Debian package of that name)"
_OPTIONS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync "
    "--disable-component-update --disable-dev-shm-usage --virtual-time-budget=30000 --dump-dom"
)
_PAGE = """<!doctype html><title>A web page that calls</title><pre id="seen"></pre><script>
const call = CALL;
fetch(call.url, {method: "POST", headers: call.headers, body: call.body})
  .then(async (answer) => ({status: answer.status, request: answer.headers.get("X-Request-Id"), body: await answer.json()}))
  .catch((error) => ({error: String(error)}))
  .then((seen) => { document.getElementById("seen").textContent = JSON.stringify(seen); });
</script>"""


class Page(LoopbackServer):
    """A page on a port of its own, so of another origin than the service, which posts `body` to `url` and writes down what it
    was let see."""

    def __init__(self) -> None:
        super().__init__(_PageHandler)
        self.text = ""

    def read_answer(self, url: str, body: Any, folder: Path) -> dict[str, Any]:
        """`status`, `request` (its id) and `body`; or `error`, where the browser lets it see nothing. `folder`: the browser's."""
        headers = {"Authorization": "Bearer none", "Content-Type": "application/json"}
        call = json.dumps({"url": url, "headers": headers, "body": json.dumps(body)})
        self.text = _PAGE.replace("CALL", call.replace("<", "\\u003c"))
        seen = re.search(r'<pre id="seen">(.+?)</pre>', _open(f"{self.origin}/", folder), re.DOTALL)
        assert seen is not None, "the page saw neither an answer nor an error"
        return dict(json.loads(unescape(seen[1])))


class _PageHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Page)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.text.encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


def _open(url: str, folder: Path) -> str:
    """The page as it stands when its scripts are done."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip(HOW_TO_GET_IT)
    command = [chromium, *_OPTIONS.split(), f"--user-data-dir={folder}", url]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
