"""The business numbers, and the WABA and app that each belongs to."""

import json
import re
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from apps.simulator.ledger import Ledger

REQUIRED = ("waba_id", "display_phone_number", "access_token", "app_secret", "webhook_url", "verify_token")


class BadNumber(ValueError):
    """A number's configuration lacks something or has a value of the wrong kind."""


@dataclass
class Number:
    """A number as the control API set it, and what has become of it since.

    Args:
        display_phone_number: in any form; webhooks carry its digits, reads the text as given.
        messages_per_second: its throughput; 0 lifts it.
        coexistence: it lives in the WhatsApp Business app, too: 20 a second, edits and revokes arrive as such.
        verified: the handshake succeeded with this URL and token; without it nothing is delivered.
    """

    phone_number_id: str
    waba_id: str
    display_phone_number: str
    access_token: str
    app_secret: str
    webhook_url: str
    verify_token: str
    app_id: str = "9000001"
    verified_name: str = ""
    messages_per_second: int = 80
    coexistence: bool = False
    quality_rating: str = "GREEN"
    override_url: str = ""
    override_token: str = ""
    account_override_url: str = ""
    account_override_token: str = ""
    verified: bool = False
    verify_error: str = ""
    subscribed: bool = True
    registered: bool = True
    digits: str = field(init=False)

    def __post_init__(self) -> None:
        self.digits = re.sub(r"\D", "", self.display_phone_number)

    @property
    def callback(self) -> str:
        """Where webhooks go: an override of the number beats that of its account, and this the app's own address."""
        return self.override_url or self.account_override_url or self.webhook_url

    @property
    def callback_token(self) -> str:
        if self.override_url:
            return self.override_token
        return self.account_override_token if self.account_override_url else self.verify_token

    @property
    def reachable(self) -> bool:
        return self.verified and self.subscribed

    @property
    def throughput(self) -> int:
        return min(self.messages_per_second, 20) if self.coexistence else self.messages_per_second

    def as_public_json(self) -> dict[str, Any]:
        """Everything but what is secret."""
        secret = {"access_token", "app_secret", "verify_token", "override_token", "account_override_token"}
        return {key: value for key, value in asdict(self).items() if key not in secret}


class Numbers:
    """All numbers, in memory and in the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._by_id: dict[str, Number] = {}
        self._by_token: dict[str, list[Number]] = {}
        for row in ledger.rows("SELECT config FROM numbers ORDER BY phone_number_id"):
            number = _number_of(json.loads(row["config"]))
            self._by_id[number.phone_number_id] = number
        self._index()

    def __iter__(self) -> Any:
        return iter(self._by_id.values())

    def get(self, phone_number_id: str) -> Number | None:
        return self._by_id.get(phone_number_id)

    def of_token(self, token: str) -> list[Number]:
        """The numbers that this access token (or `APP_ID|APP_SECRET`) reaches."""
        return self._by_token.get(token, [])

    def configure(self, phone_number_id: str, wanted: dict[str, Any]) -> Number:
        """Make a number or change it; what isn't named stays.

        Raises:
            BadNumber: something is missing, unknown or of the wrong kind.
        """
        known = self._by_id.get(phone_number_id)
        number = _number_of(_settled(phone_number_id, wanted, known))
        if known and (known.callback, known.callback_token) != (number.callback, number.callback_token):
            number.verified = False
        self.save(number)
        return number

    def save(self, number: Number) -> None:
        self._by_id[number.phone_number_id] = number
        kept = {key: value for key, value in asdict(number).items() if key != "digits"}
        self._ledger.write(
            "INSERT INTO numbers VALUES (?, ?) ON CONFLICT (phone_number_id) DO UPDATE SET config = excluded.config",
            (number.phone_number_id, json.dumps(kept)),
        )
        self._index()

    def remove(self, phone_number_id: str) -> None:
        self._by_id.pop(phone_number_id, None)
        self._ledger.write("DELETE FROM numbers WHERE phone_number_id = ?", (phone_number_id,))
        self._index()

    def _index(self) -> None:
        self._by_token = {}
        for number in self._by_id.values():
            for token in (number.access_token, f"{number.app_id}|{number.app_secret}"):
                self._by_token.setdefault(token, []).append(number)


_KINDS = {entry.name: entry.type for entry in fields(Number) if entry.init}
_OVERRIDES = {"override_url", "override_token", "account_override_url", "account_override_token"}
_SETTABLE = set(_KINDS) - {"phone_number_id", "verified", "verify_error"} - _OVERRIDES


def _settled(phone_number_id: str, wanted: dict[str, Any], known: Number | None) -> dict[str, Any]:
    unknown = sorted(set(wanted) - _SETTABLE)
    if unknown:
        raise BadNumber("Unknown: " + ", ".join(unknown))
    for key, value in wanted.items():
        if type(value) is not _KINDS[key]:
            raise BadNumber(f"{key} must be of type {getattr(_KINDS[key], '__name__', _KINDS[key])}.")
    settled: dict[str, Any] = {key: getattr(known, key) for key in _KINDS} if known else {}
    settled |= wanted | {"phone_number_id": phone_number_id}
    absent = [key for key in REQUIRED if not settled.get(key)]
    if absent:
        raise BadNumber("Missing: " + ", ".join(absent))
    return settled


def _number_of(config: dict[str, Any]) -> Number:
    return Number(**{key: value for key, value in config.items() if key in _KINDS})
