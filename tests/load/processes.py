"""The processes that are measured: started as in production, stopped when done."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "pytake.settings.production",
    "ALLOWED_HOSTS": "127.0.0.1",
    "PUBLIC_URL": "https://chat.example.org",
    "LOG_LEVEL": "INFO",
    "PYTHONUNBUFFERED": "1",
}
LONGEST_START, LONGEST_STOP = 60.0, 15.0


@contextmanager
def running(
    *command: str, ready: Callable[[], bool], environment: Mapping[str, str] = PRODUCTION
) -> "Iterator[subprocess.Popen[bytes]]":
    """A Python module with its arguments, as long as the block lasts; its output is shown only if it fails."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            _wait(process, ready)
            yield process
        except BaseException:
            output.seek(0)
            print(output.read().decode(errors="replace")[-4000:], file=sys.stderr)
            raise
        finally:
            _stop(process)


def _wait(process: "subprocess.Popen[bytes]", ready: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST_START
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{process.args} doesn't start")
        time.sleep(0.05)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(LONGEST_STOP)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listens(port: int, path: str = "/") -> Callable[[], bool]:
    """Whether anything is answered there."""

    def ready() -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    return ready


@contextmanager
def ingest() -> Iterator[int]:
    """Our door as docker-compose.yml runs it, one process. Yields its port."""
    port = free_port()
    with running(
        "uvicorn", "--host", "127.0.0.1", "--port", str(port), "--lifespan", "off", "--no-access-log",
        "--proxy-headers", "--forwarded-allow-ips", "*", "pytake.asgi_ingest:application",
        ready=listens(port),
    ):  # fmt: skip
        yield port


@contextmanager
def web() -> Iterator[int]:
    """daphne with sockets, pages and ingest in one, as bin/dev runs it. Yields its port."""
    port = free_port()
    with running(
        "daphne", "-b", "127.0.0.1", "-p", str(port), "pytake.asgi:application", ready=listens(port, "/health/live")
    ):
        yield port


@contextmanager
def simulator(folder: Path) -> Iterator[int]:
    """WhatsApp, as bin/dev runs it. Yields its port."""
    port = free_port()
    arguments = ("--port", str(port), "--data", str(folder / "simulator.sqlite3"))
    with running("apps.simulator", *arguments, ready=listens(port, "/control/state"), environment={}):
        yield port


@contextmanager
def worker(name: str, *arguments: str, recorder: Path | None = None) -> "Iterator[subprocess.Popen[bytes]]":
    """A Celery worker that is at its queue; with a `recorder`, one that writes departures there."""
    from pytake.celery import app

    command = ["tests.load.departures", str(recorder)] if recorder else ["celery", "-A", "pytake"]
    command += ["worker", "-n", f"{name}@%h", "--loglevel", "WARNING", "--without-gossip", "--without-mingle"]

    def ready() -> bool:
        return any(each.startswith(f"{name}@") for answer in app.control.ping(timeout=0.5) for each in answer)

    with running(*command, *arguments, ready=ready) as process:
        yield process
