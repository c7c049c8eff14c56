"""A HashiCorp Vault that has a transit engine and nothing else, as far as its API's description says.

Source: https://developer.hashicorp.com/vault/api-docs/secret/transit
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from hmac import digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from os import urandom
from threading import Thread
from typing import Any, ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "hvs.only-for-tests"


class Refusal(Exception):
    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


class Transit:
    """Keys by name, each with its versions; `sealed`: it answers, and does nothing for anybody."""

    def __init__(self) -> None:
        self.keys: dict[str, list[bytes]] = {}
        self.derived: set[str] = set()
        self.sealed = False
        self.opened: list[str] = []  # what it was asked to decrypt
        self.address = ""

    def make_key(self, name: str, *, derived: bool = True) -> None:
        self.keys[name] = [urandom(32)]
        if derived:
            self.derived.add(name)

    def answer(self, verb: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        if name not in self.keys:
            raise Refusal(404 if verb == "keys" else 400, "encryption key not found")
        if verb == "keys":
            return {"latest_version": len(self.keys[name]), "derived": name in self.derived}
        if verb == "rotate":
            self.keys[name].append(urandom(32))
            return {}
        return getattr(self, f"_{verb}")(name, body)  # type: ignore[no-any-return]

    def _encrypt(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        return {"ciphertext": self._closed(name, b64decode(body["plaintext"]), body)}

    def _decrypt(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        text = self._open(name, body)
        self.opened.append(text.decode())
        return {"plaintext": b64encode(text).decode()}

    def _rewrap(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        return {"ciphertext": self._closed(name, self._open(name, body), body)}

    def _closed(self, name: str, text: bytes, body: dict[str, Any]) -> str:
        version, nonce = len(self.keys[name]), urandom(12)
        sealed = nonce + AESGCM(self._key(name, version, body)).encrypt(nonce, text, None)
        return f"vault:v{version}:{b64encode(sealed).decode()}"

    def _open(self, name: str, body: dict[str, Any]) -> bytes:
        _, version, sealed = body["ciphertext"].split(":")
        raw = b64decode(sealed)
        try:
            return AESGCM(self._key(name, int(version[1:]), body)).decrypt(raw[:12], raw[12:], None)
        except (InvalidTag, IndexError) as error:
            raise Refusal(400, "cipher: message authentication failed") from error

    def _key(self, name: str, version: int, body: dict[str, Any]) -> bytes:
        key = self.keys[name][version - 1]
        if name not in self.derived:
            return key
        if not body.get("context"):
            raise Refusal(400, "missing 'context' for key derivation")
        return digest(key, b64decode(body["context"]), sha256)


class Handler(BaseHTTPRequestHandler):
    transit: ClassVar[Transit]

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)) or b"{}"))

    do_PUT = do_POST  # noqa: N815 - the server's own way to name them

    def _serve(self, body: dict[str, Any]) -> None:
        try:
            if self.transit.sealed:
                raise Refusal(503, "Vault is sealed")
            if self.headers.get("X-Vault-Token") != TOKEN:
                raise Refusal(403, "permission denied")
            self._send(200, {"data": self.transit.answer(*self._asked(), body)})
        except Refusal as refusal:
            self._send(refusal.status, {"errors": [str(refusal)]})

    def _asked(self) -> tuple[str, str]:
        """`/v1/transit/encrypt/pytake`, `/v1/transit/keys/pytake`, `/v1/transit/keys/pytake/rotate`"""
        parts = self.path.split("/")
        if parts[1:3] != ["v1", "transit"]:
            raise Refusal(404, "no handler for route")
        return ("rotate" if parts[-1] == "rotate" else parts[3]), parts[4]

    def _send(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_: Any) -> None: ...


@contextmanager
def running() -> Iterator[Transit]:
    transit = Transit()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Ours", (Handler,), {"transit": transit}))
    transit.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield transit
    finally:
        server.shutdown()
        server.server_close()
