"""What a status says about the price, in the simple version of whatsapp.md §9.3."""

import json
from datetime import UTC, datetime
from typing import Any

from apps.simulator.ledger import Ledger
from apps.simulator.limits import table

CHARGED_SINCE = datetime(2026, 10, 1, tzinfo=UTC)
FREE_SERVICE_MESSAGES = 1000

FREE_ENTRY = {
    "billable": False, "pricing_model": "PMP", "type": "free_entry_point", "category": "referral_conversion",
}  # fmt: skip
_CATEGORIES = ("marketing", "authentication", "utility")


class Prices:
    """The prices of a number's messages: its count of service messages in the month (UTC), and who came by an ad."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._counts: dict[str, int] = {}
        self._entries: dict[str, dict[str, float]] = {}
        for row in ledger.rows("SELECT key, value FROM notes WHERE key LIKE 'entry:%'"):
            self._entries[row["key"]] = json.loads(row["value"])

    def of(
        self, phone_number_id: str, body: dict[str, Any], at: float, *, window_open: bool, category: str | None = None
    ) -> dict[str, Any]:
        """The pricing object of a message that will be delivered; counts it if it is a service message.

        Args:
            category: of its template, where the simulator knows that.
        """
        when = datetime.fromtimestamp(at, UTC)
        if body["type"] == "template" or "category" in body:
            category = category or _category(body)
            free = when < CHARGED_SINCE and category == "utility" and window_open
        else:
            category = "service"
            free = body["type"] == "reaction" or when < CHARGED_SINCE or self._in_free_share(phone_number_id, when)
        return {
            "billable": not free,
            "pricing_model": "PMP",
            "type": "free_customer_service" if free else "regular",
            "category": category,
        }

    def clicked(self, phone_number_id: str, peer: str, at: float) -> None:
        """Somebody came by an ad: an answer within a day opens the free entry point."""
        self._keep_entry(_entry(phone_number_id, peer), {"clicked": at})

    def entry_until(self, phone_number_id: str, peer: str, at: float, *, answered: bool = False) -> float | None:
        """When the free entry point ends that is open at this moment; None if none is.

        Args:
            answered: the business writes now, which opens it if it isn't too late.
        """
        key = _entry(phone_number_id, peer)
        known, rules = self._entries.get(key), table("windows")
        if known is None:
            return None
        if answered and "until" not in known and at <= known["clicked"] + rules["free_entry_point_answer_seconds"]:
            known = known | {"until": at + rules["free_entry_point_seconds"]}
            self._keep_entry(key, known)
        until = known.get("until", 0)
        return until if until > at else None

    def clear(self) -> None:
        """Begin to count anew."""
        self._counts.clear()
        self._entries.clear()
        self._ledger.write("DELETE FROM notes WHERE key LIKE 'service:%' OR key LIKE 'entry:%'")

    def _keep_entry(self, key: str, known: dict[str, float]) -> None:
        self._entries[key] = known
        self._ledger.keep_note(key, json.dumps(known))

    def _in_free_share(self, phone_number_id: str, when: datetime) -> bool:
        key = f"service:{phone_number_id}:{when:%Y-%m}"
        if key not in self._counts:
            self._counts[key] = int(self._ledger.note(key) or 0)
        self._counts[key] += 1
        if self._counts[key] <= FREE_SERVICE_MESSAGES + 1:
            self._ledger.keep_note(key, str(self._counts[key]))
        return self._counts[key] <= FREE_SERVICE_MESSAGES


def _entry(phone_number_id: str, peer: str) -> str:
    return f"entry:{phone_number_id}:{peer}"


def _category(body: dict[str, Any]) -> str:
    """Direct Send names it; of a template that nobody created here the name's first word tells it."""
    named = str(body.get("category") or body.get("template", {}).get("name", "")).partition("_")[0]
    return named if named in _CATEGORIES else "utility"
