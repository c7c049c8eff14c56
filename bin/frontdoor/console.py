"""What the person at the keyboard sees."""

import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path


class Failure(Exception):
    """Something that the person at the keyboard has to know, in words that say what to do."""


def say(text: str = "", *, end: str = "\n") -> None:
    with contextlib.suppress(OSError):  # the terminal is gone: no reason to leave the servers alone
        print(text, end=end, flush=True)


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    """A line that says what is being done, and at its end how long it took."""
    began = time.monotonic()
    say(f"{title} …", end="")
    try:
        yield
    except BaseException:
        say()
        raise
    say(f" {time.monotonic() - began:.1f} s")


def last_lines(log: Path, count: int = 20) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    return ""


def run_main(main: Callable[[list[str]], int]) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as a Ctrl-C, so that what we wait for ends, too
    try:
        sys.exit(main(sys.argv[1:]))
    except Failure as failure:
        print(f"\nerror: {failure}", file=sys.stderr)
        sys.exit(1)
    except PermissionError as refused:
        print(f"\nerror: {refused}\nWas this checkout used by another user (root?) before?", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        sys.exit(130)
