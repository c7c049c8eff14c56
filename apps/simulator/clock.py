"""The simulator's clock: the machine's, moved forward as far as a test wishes; or one that only tests move."""

import time


class Clock:
    """Seconds since 1970. `offset` lets a day pass at once, so that windows close and media ids expire.

    Args:
        at: the clock stands there, and only `offset` moves it: the same script is the same run, to the second.
    """

    def __init__(self, offset: float = 0.0, at: float | None = None) -> None:
        self.offset, self._at = offset, at

    def now(self) -> float:
        return (time.time() if self._at is None else self._at) + self.offset
