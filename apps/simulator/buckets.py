"""Meta's rates: a token bucket for each number, and one for each pair of number and person (whatsapp.md §10)."""

from collections.abc import Callable, Hashable

PAIR_BURST = 45
PAIR_PER_SECOND = 1 / 6
_SWEEP_AT = 100_000


class Buckets:
    """Token buckets by key, kept in memory: a restart forgives, as it does at Meta's."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._levels: dict[Hashable, tuple[float, float]] = {}

    def take(self, key: Hashable, *, rate: float, burst: float) -> bool:
        """Take one token of `rate` a second, at most `burst` saved up; False if there is none."""
        now = self._now()
        level, since = self._levels.get(key, (burst, now))
        level = min(burst, level + (now - since) * rate)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, now)
        if len(self._levels) > _SWEEP_AT:
            self._sweep(now)
        return allowed

    def take_of_pair(self, phone_number_id: str, address: str) -> bool:
        """Take one token of a number and a person: a burst of 45, then one each six seconds."""
        return self.take((phone_number_id, address), rate=PAIR_PER_SECOND, burst=PAIR_BURST)

    def _sweep(self, now: float) -> None:
        """Forget keys that rested for ten minutes: their buckets are full again."""
        self._levels = {key: kept for key, kept in self._levels.items() if now - kept[1] < 600}

    def clear(self) -> None:
        self._levels.clear()
