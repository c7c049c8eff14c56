"""How much an account has used: calls that manage it in an hour, people written to in a day (whatsapp.md §10)."""

from collections import defaultdict, deque
from collections.abc import Callable

from apps.simulator.errors import GraphError
from apps.simulator.limits import table

HOUR = 3600.0


class Quotas:
    """Counts in memory: a new process begins anew."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._reached: defaultdict[str, dict[str, float]] = defaultdict(dict)

    def manage(self, waba_id: str) -> None:
        """Count a call that manages the account.

        Raises:
            GraphError: 80007, there were too many in the last hour.
        """
        calls, now = self._calls[waba_id], self._now()
        while calls and calls[0] <= now - HOUR:
            calls.popleft()
        if len(calls) >= table("rates.management")["per_hour"]:
            raise GraphError(
                80007, message="(#80007) There have been too many calls to this WhatsApp Business account."
            )
        calls.append(now)

    def used(self, waba_id: str) -> int:
        """How many percent of the hour's calls are gone."""
        return max(1, 100 * len(self._calls[waba_id]) // int(table("rates.management")["per_hour"]))

    def reach(self, portfolio: str, person: str, tier: str) -> bool:
        """Count somebody to whom the business writes first; False if that were one too many within a day."""
        rules, reached, now = table("rates.portfolio"), self._reached[portfolio], self._now()
        most = rules["tiers"].get(tier)
        if person not in reached and most is not None and len(reached) >= most:
            fresh = {each: at for each, at in reached.items() if at > now - rules["window_seconds"]}
            self._reached[portfolio] = reached = fresh
            if len(reached) >= most:
                return False
        reached[person] = now
        return True

    def clear(self) -> None:
        self._calls.clear()
        self._reached.clear()
