"""The simulator as a process of its own, with one number whose webhooks land in a box."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from apps.whatsapp.models import Number
from tests.messaging.webhooks import deliver, drain
from tests.stack import Stack, call

VERIFY = "a token"
# Enough for a slow machine; a test that is right never waits so long.
PATIENCE = 30.0


class Box:
    """Where webhooks are put, as they came."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        box = self

        class Door(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(parse_qs(urlsplit(self.path).query)["hub.challenge"][0].encode())

            def do_POST(self) -> None:
                box.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                self._answer(b"ok")

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def empty(self) -> list[bytes]:
        """What came since; whatever comes meanwhile stays for the next time."""
        return [self.bodies.pop(0) for _ in range(len(self.bodies))]

    @property
    def url(self) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}/"


class Simulated:
    """A simulator and what a test does with it."""

    def __init__(self, stack: Stack) -> None:
        self.url, self._box = stack.simulator, Box()

    def begin(self, number: Number) -> None:
        """Everything as at first, and this number in it."""
        self.control("POST", "reset")
        self._box.bodies.clear()
        self.control("PUT", f"numbers/{number.phone_number_id}", {
            "waba_id": number.waba_id, "display_phone_number": number.display_phone_number,
            "access_token": number.access_token, "app_id": number.app.app_id or "9000001",
            "app_secret": number.app.secret, "webhook_url": self._box.url, "verify_token": VERIFY,
        })  # fmt: skip
        self.switch(template_review_seconds=0)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return call(method, f"{self.url}/control/{path}", body if body is not None or method == "GET" else {})

    def switch(self, **switches: Any) -> None:
        self.control("PATCH", "switches", switches)

    def graph(self, method: str, path: str, body: Any = None) -> Any:
        """As somebody else does who has the account's token."""
        return call(method, f"{self.url}/v26.0/{path}", body, Authorization="Bearer an access token")

    def template(self, name: str) -> dict[str, Any]:
        """The one of this name, as the simulator knows it."""
        found = self.control("GET", f"templates?name={name}")["templates"]
        return dict(found[0])

    def tells(self, number: Number, happened: Callable[[], Any]) -> None:
        """Hand on what comes until something is true."""
        end = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < end, "the webhooks didn't bring it"
            came = self._box.empty()
            deliver(number, *came)
            drain()
            if not came:
                time.sleep(0.01)
