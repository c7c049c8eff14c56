"""What a status says about the price, in the simple version of whatsapp.md §9.3."""

from datetime import UTC, datetime
from typing import Any

from apps.simulator.ledger import Ledger

CHARGED_SINCE = datetime(2026, 10, 1, tzinfo=UTC)
FREE_SERVICE_MESSAGES = 1000

_CATEGORIES = ("marketing", "authentication", "utility")


class Prices:
    """The prices of a number's messages, with its count of service messages in the month (UTC)."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._counts: dict[str, int] = {}

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

    def clear(self) -> None:
        """Begin to count anew."""
        self._counts.clear()
        self._ledger.write("DELETE FROM notes WHERE key LIKE 'service:%'")

    def _in_free_share(self, phone_number_id: str, when: datetime) -> bool:
        key = f"service:{phone_number_id}:{when:%Y-%m}"
        if key not in self._counts:
            self._counts[key] = int(self._ledger.note(key) or 0)
        self._counts[key] += 1
        if self._counts[key] <= FREE_SERVICE_MESSAGES + 1:
            self._ledger.keep_note(key, str(self._counts[key]))
        return self._counts[key] <= FREE_SERVICE_MESSAGES


def _category(body: dict[str, Any]) -> str:
    """Direct Send names it; of a template that nobody created here the name's first word tells it."""
    named = str(body.get("category") or body.get("template", {}).get("name", "")).partition("_")[0]
    return named if named in _CATEGORIES else "utility"
