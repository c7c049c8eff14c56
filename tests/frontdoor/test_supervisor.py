"""Processes are kept, known again and ended in order; a real short-lived shell stands for each."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from frontdoor.console import Failure
from frontdoor.processes import Identity, birth_of, end_all, spawn
from frontdoor.supervisor import Program, Stopped, StopRequest, Supervisor

STUBBORN = "trap '' TERM; echo up; while :; do sleep 0.05; done"


@pytest.fixture
def stop_request() -> Iterator[StopRequest]:
    kept = {
        number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
    }
    try:
        yield StopRequest()
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in kept.items():
            signal.signal(number, handler)


@pytest.fixture
def supervisor(stop_request: StopRequest) -> Iterator[Supervisor]:
    supervisor = Supervisor(stop_request, lambda _: None)
    yield supervisor
    supervisor.stop()


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., Program]:
    def program(name: str, script: str, **values: object) -> Program:
        log = tmp_path / f"{name}.log"
        command = ["sh", "-c", script]
        return Program(name, lambda: spawn(command, log=log, environment=os.environ, folder=tmp_path), log, **values)

    return program


def test_a_process_is_known_again_by_its_birth_and_not_by_its_number_alone() -> None:
    us = Identity.of(os.getpid())
    assert us is not None
    assert us.is_alive()
    assert not Identity(us.pid, "another birth").is_alive()


def test_a_corpse_is_not_alive() -> None:
    child = subprocess.Popen(["true"])
    deadline = time.monotonic() + 30
    while birth_of(child.pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert birth_of(child.pid) is None
    child.wait()


def test_whoever_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = spawn(["sh", "-c", STUBBORN], log=log, environment=os.environ, folder=tmp_path)
    while not log.read_text():
        time.sleep(0.01)
    assert end_all({child.pid: lambda: child.poll() is not None}, signal.SIGTERM, grace=0.2) == [child.pid]
    assert child.wait(timeout=5) == -signal.SIGKILL


def test_later_waves_end_before_the_servers_they_stand_on(
    supervisor: Supervisor, shell: Callable[..., Program], tmp_path: Path
) -> None:
    record = tmp_path / "record"
    say_when_ended = "trap 'sleep {delay}; echo {name} >> {record}; exit 0' TERM; echo up; while :; do sleep 0.02; done"
    server = shell("server", say_when_ended.format(delay=0, name="server", record=record))
    web = shell("web", say_when_ended.format(delay=0.3, name="web", record=record))
    for program in (server, web):
        supervisor.launch(program)
        program.ready = lambda _, log=program.log: "up" in log.read_text()
    supervisor.wait_until_ready([server, web], seconds=5)
    supervisor.stop()
    assert record.read_text().split() == ["web", "server"]
    assert supervisor.programs == []


def test_a_process_that_dies_is_started_again_and_said_so(
    supervisor: Supervisor, shell: Callable[..., Program], capsys: pytest.CaptureFixture[str]
) -> None:
    web = shell("web", "sleep 60")
    supervisor.launch(web)
    first = web.pid
    os.kill(first, signal.SIGKILL)
    web.process.wait()
    supervisor._look_after(web)
    web.start_at = time.monotonic()  # the second of backoff is over
    supervisor._look_after(web)
    assert web.pid != first
    assert not web.has_ended()
    assert web.restarts == 1
    said = capsys.readouterr().out
    assert "web was killed by SIGKILL; starting it again in 1 s" in said
    assert f"web started again, pid {web.pid}" in said


def test_a_process_that_keeps_dying_is_started_ever_less_often(
    supervisor: Supervisor, shell: Callable[..., Program]
) -> None:
    web = shell("web", "exit 3")
    supervisor.launch(web)
    waits = []
    for _ in range(8):
        web.process.wait()
        supervisor._look_after(web)
        waits.append(web.backoff)
        web.start_at = time.monotonic()
        supervisor._look_after(web)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_a_process_that_ends_before_it_is_ready_is_an_error_with_its_last_words(
    supervisor: Supervisor, shell: Callable[..., Program]
) -> None:
    web = shell("web", "echo no such module >&2; exit 1", ready=lambda _: False)
    supervisor.launch(web)
    with pytest.raises(Failure, match=r"web ended with exit code 1(.|\n)*no such module"):
        supervisor.wait_until_ready([web], seconds=5)


def test_a_request_to_stop_ends_any_wait_at_once(stop_request: StopRequest) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    began = time.monotonic()
    with pytest.raises(Stopped):
        stop_request.wait(10)
    assert time.monotonic() - began < 5
