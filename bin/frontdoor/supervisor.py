"""Keeps the processes of bin/dev alive, and ends them in order."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from frontdoor import processes
from frontdoor.console import Failure, last_lines, say

LONGEST_BACKOFF = 30.0
STEADY = 60.0  # seconds after which a process counts as healthy again


class Stopped(Exception):
    """Somebody asked us to end (Ctrl-C, SIGTERM, a closed terminal) while we were doing something else."""


class StopRequest:
    """Signals as something to wait for and to look at, at places where stopping is safe."""

    def __init__(self) -> None:
        self.times = 0
        self.last = 0
        self._reader, writer = os.pipe()
        for end in (self._reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wanted, self._count)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only so that it wakes us

    def _count(self, number: int, _: object) -> None:
        self.times += 1
        self.last = number

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes (ours, or a child's death) or the time is over; raises when asked to stop."""
        if not self.times:
            select.select([self._reader], [], [], seconds)
            self._drain()
        if self.times:
            raise Stopped

    def _drain(self) -> None:
        try:
            while os.read(self._reader, 512):
                pass
        except BlockingIOError:
            pass


@dataclass
class Program:
    """One process that is to be there: how it starts, when it is ready, how it ends."""

    name: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    log: Path
    ready: Callable[[int], bool] = lambda pid: True
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 30.0
    process: "subprocess.Popen[bytes] | None" = None
    restarts: int = 0
    backoff: float = 0.0
    started_at: float = 0.0
    start_at: float = field(default=0.0)

    def launch(self) -> None:
        self.process = self.start()
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    @property
    def exit_code(self) -> int:
        """Of one that has ended; negative if a signal ended it."""
        return (self.process and self.process.returncode) or 0

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def send(self, wanted: signal.Signals, *, group: bool = False) -> None:
        if self.process:
            processes.send(self.process.pid, wanted, group=group)


class Supervisor:
    """The programs in waves: each wave is ended only after those that were launched later."""

    def __init__(self, stop_request: StopRequest, changed: Callable[["Supervisor"], None]) -> None:
        self.waves: list[list[Program]] = []
        self._stop_request = stop_request
        self._changed = changed

    @property
    def programs(self) -> list[Program]:
        return [program for wave in self.waves for program in wave]

    def launch(self, *wave: Program) -> None:
        self.waves.append([])
        for program in wave:
            program.launch()
            self.waves[-1].append(program)
            self._changed(self)

    def wait_until_ready(self, wave: Sequence[Program], *, seconds: float) -> None:
        waiting, deadline = list(wave), time.monotonic() + seconds
        while waiting:
            for program in waiting:
                if program.has_ended() or time.monotonic() > deadline:
                    raise Failure(self._why_not_ready(program))
            waiting = [program for program in waiting if not (program.pid and program.ready(program.pid))]
            if waiting:
                self._stop_request.wait(0.05)

    def _why_not_ready(self, program: Program) -> str:
        what = f"ended with exit code {program.exit_code}" if program.has_ended() else "is not ready"
        return f"{program.name} {what}. The end of {program.log}:\n{last_lines(program.log)}"

    def run(self, command: Sequence[Any], *, log: Path, **options: Any) -> None:
        """Run something that ends by itself, and end it early if we are asked to stop."""
        program = Program("", lambda: processes.spawn(command, log=log, **options), log)
        program.launch()
        try:
            while not program.has_ended():
                self._stop_request.wait(0.2)
        finally:
            self._end([program])
        if program.exit_code:
            raise Failure(f"{' '.join(map(str, command[1:4]))} failed. The end of {log}:\n{last_lines(log, 40)}")

    def run_in_foreground(self, command: Sequence[Any], *, folder: Path, environment: Mapping[str, str]) -> int:
        """Run something that has the terminal, so that a Ctrl-C there reaches it, too, and it can clean up."""
        process = subprocess.Popen([str(part) for part in command], cwd=folder, env=dict(environment))
        try:
            while process.poll() is None:
                self._stop_request.wait(0.5)
        except Stopped:
            if self._stop_request.last != signal.SIGINT:
                process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
        return process.returncode

    def watch(self) -> None:
        """Restart what dies, until we are asked to stop."""
        while True:
            for program in self.programs:
                self._look_after(program)
            self._stop_request.wait(self._seconds_to_next_start())

    def _seconds_to_next_start(self) -> float:
        due = [program.start_at - time.monotonic() for program in self.programs if program.start_at]
        return max(0.0, min([5.0, *due]))

    def _look_after(self, program: Program) -> None:
        now = time.monotonic()
        if program.start_at:
            if now >= program.start_at:
                self._restart(program)
        elif program.has_ended():
            program.send(signal.SIGKILL, group=True)  # what it may have left behind
            program.backoff = min(program.backoff * 2, LONGEST_BACKOFF) if now - program.started_at < STEADY else 0
            program.backoff = program.backoff or 1.0
            program.start_at = now + program.backoff
            code = program.exit_code
            how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
            say(f"{_now()} {program.name} {how}; starting it again in {program.backoff:.0f} s ({program.log})")

    def _restart(self, program: Program) -> None:
        program.start_at = 0.0
        program.launch()
        program.restarts += 1
        say(f"{_now()} {program.name} started again, pid {program.pid}")
        self._changed(self)

    def stop(self) -> None:
        """End all, the last wave first. Another Ctrl-C meanwhile doesn't wait for what is still going on."""
        while self.waves:
            self._end(self.waves[-1])
            self.waves.pop()
            self._changed(self)

    def _end(self, wave: Sequence[Program]) -> None:
        running = [program for program in wave if not program.has_ended()]
        for program in running:
            program.send(program.stop_signal)
        began, asked = time.monotonic(), self._stop_request.times
        while any(not program.has_ended() for program in running):
            late = [p for p in running if time.monotonic() - began > p.grace or self._stop_request.times > asked]
            for program in late:
                program.send(signal.SIGKILL, group=True)
            time.sleep(0.02)
        for program in wave:
            program.send(signal.SIGKILL, group=True)


def _now() -> str:
    return time.strftime("%H:%M:%S")
