"""Starting, knowing again and ending processes."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from pwd import struct_passwd
from typing import Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def birth_of(pid: int) -> str | None:
    """When a process began, in words that are compared only; None if there is no such process, or only its corpse.

    A pid alone may have passed to somebody else by the time that it is read from a file.
    """
    if Path("/proc/self/stat").exists():
        try:
            state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if state in "ZX" else fields[18]
    shown = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, began = shown.stdout.strip().partition(" ")
    return None if not began or state.startswith("Z") else began.strip()


def command_line_of(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


@dataclass(frozen=True)
class Identity:
    """One process, and no later one with the same number."""

    pid: int
    birth: str

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        birth = birth_of(pid)
        return cls(pid, birth) if birth else None

    def is_alive(self) -> bool:
        return birth_of(self.pid) == self.birth

    def is_gone(self) -> bool:
        return not self.is_alive()


def spawn(
    command: Iterable[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    account: struct_passwd | None = None,
    dies_with_us: signal.Signals = signal.SIGTERM,
    **options: Any,
) -> "subprocess.Popen[bytes]":
    """A process in a session of its own, so that a Ctrl-C in the terminal reaches only us.

    `dies_with_us` is the signal that Linux sends it should we be killed (elsewhere the next start clears it away).
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=output,
            stderr=output,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=_ask_for_death_signal(dies_with_us),
            **as_account(account),
            **options,
        )


def as_account(account: struct_passwd | None) -> dict[str, Any]:
    """What subprocess wants to hear so that the child is somebody else."""
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}


def _ask_for_death_signal(wanted: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    prctl, parent = _libc.prctl, os.getpid()

    def in_child() -> None:
        prctl(_PR_SET_PDEATHSIG, int(wanted))
        if os.getppid() != parent:  # it died before we had asked
            os._exit(1)

    return in_child


def send(pid: int, wanted: signal.Signals, *, group: bool = False) -> None:
    with contextlib.suppress(ProcessLookupError):
        (os.killpg if group else os.kill)(pid, wanted)


def end_all(gone: Mapping[int, Callable[[], bool]], wanted: signal.Signals, *, grace: float) -> list[int]:
    """Ask processes to end, wait, and kill those that are still there with their groups.

    Takes pid → "has it ended?" and returns the pids that had to be killed.
    """
    for pid in gone:
        send(pid, wanted)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and not all(has_ended() for has_ended in gone.values()):
        time.sleep(0.02)
    stubborn = [pid for pid, has_ended in gone.items() if not has_ended()]
    for pid in stubborn:
        send(pid, signal.SIGKILL, group=True)
    return stubborn


def without_libpq(environment: Mapping[str, str]) -> dict[str, str]:
    """PGHOST, PGUSER and their like are for other servers than ours."""
    return {name: value for name, value in environment.items() if not name.startswith("PG")}
