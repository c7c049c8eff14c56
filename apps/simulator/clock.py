"""The simulator's clock: the machine's, moved forward as far as a test wishes."""

import time


class Clock:
    """Seconds since 1970. `offset` lets a day pass at once, so that windows close and media ids expire."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def now(self) -> float:
        return time.time() + self.offset
