"""What else the machine is doing: a figure that was measured beside other work says little."""

import os
import sys
import time
from pathlib import Path
from typing import Any

CALM = 0.15  # of all cores


def describe() -> dict[str, Any]:
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cores": os.cpu_count(), "memory_gib": round(gib)}


def wait_until_calm(what: str, *, patience: float) -> float:
    """Wait for others to finish, `patience` seconds at most; returns how busy the machine was in the last look."""
    end = time.monotonic() + patience
    say(f"{what} …")
    while (busy := busy_share()) > CALM and time.monotonic() < end:
        pass
    if busy > CALM:
        say(f"  others keep {busy:.0%} of the machine busy; the figures will show it")
    return round(busy, 2)


def busy_share(seconds: float = 2.0) -> float:
    """How much of the machine was at work in these seconds, stolen time included; 0 where the system doesn't tell."""
    before = _ticks()
    time.sleep(seconds)
    after = _ticks()
    total = sum(after) - sum(before)
    return 1 - (_idle(after) - _idle(before)) / total if total else 0.0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _ticks() -> list[int]:
    stat = Path("/proc/stat")
    return [int(each) for each in stat.read_text().partition("\n")[0].split()[1:9]] if stat.exists() else []


def _idle(ticks: list[int]) -> int:
    return ticks[3] + ticks[4] if ticks else 0  # idle and waiting for the disk
