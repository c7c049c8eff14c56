"""What people hold in their hands: an authenticator app and a passkey, made of nothing but their specifications."""

import base64
import hashlib
import hmac
import json
import struct
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

ORIGIN = "http://localhost:8000"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class App:
    """RFC 6238: six digits every thirty seconds."""

    def __init__(self, url: str) -> None:
        self.secret = parse_qs(urlsplit(url).query)["secret"][0]

    def code(self, *, later: int = 0) -> str:
        """What it shows now, or so many periods later."""
        counter = struct.pack(">Q", int(time.time()) // 30 + later)
        digest = hmac.new(base64.b32decode(self.secret), counter, hashlib.sha1).digest()
        start = digest[-1] & 15
        return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"

    def wrong(self) -> str:
        shown = {self.code(later=each) for each in range(-3, 4)}
        return next(f"{number:06}" for number in range(100) if f"{number:06}" not in shown)


class Passkey:
    """WebAuthn, level 2: an authenticator with one credential, attestation "none"."""

    def __init__(self, *, verifies: bool = True, origin: str = ORIGIN, count: int = 0) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.handle = b"passkey-%d" % id(self), b""
        self.verifies, self.origin, self.count = verifies, origin, count

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """`navigator.credentials.create()`"""
        asked = options["publicKey"]
        self.handle = _bytes(asked["user"]["id"])
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(asked["rp"]["id"], ATTESTED) + attested
        return self._credential(
            clientDataJSON=_text(self._client("webauthn.create", asked["challenge"])),
            attestationObject=_text(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """`navigator.credentials.get()`"""
        asked = options["publicKey"]
        data, client = self._data(asked["rpId"]), self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            clientDataJSON=_text(client),
            authenticatorData=_text(data),
            signature=_text(signature),
            userHandle=_text(self.handle),
        )

    def _data(self, site: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(site.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _credential(self, **response: str) -> dict[str, Any]:
        results = {"credProps": {"rk": True}}
        return {
            "id": _text(self.id),
            "rawId": _text(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": results,
        }


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
