"""The product's own processes, on the tests' database: for what only real processes can show."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connections

ROOT = Path(__file__).parents[1]
PATIENCE = 40.0


class Stack:
    """Starts and stops simulator, web and worker; each in a session of its own, so that it can be killed whole."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.web, self.simulator, self.ingest = (f"http://127.0.0.1:{free_port()}" for _ in range(3))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "pytake.settings.dev",
            "DATABASE_URL": url_of("default"),
            "DATABASE_OWNER_URL": url_of("owner"),
            "REDIS_URL": settings.REDIS_URL,
            "SECRET_KEY": settings.SECRET_KEY,
            "ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "PUBLIC_URL": self.web,
            "WHATSAPP_GRAPH_URL": self.simulator,
            "DEBUG": "false",
            "LOG_LEVEL": "WARNING",
            **environment,
        }

    def start_simulator(self) -> None:
        port, data = self.simulator.rpartition(":")[2], self.folder / "simulator.sqlite3"
        self._start("simulator", "-m", "apps.simulator", "--port", port, "--data", str(data))
        until(lambda: answers(f"{self.simulator}/control/state"), "the simulator answers")

    def start_web(self) -> None:
        port = self.web.rpartition(":")[2]
        self._start("web", "-m", "daphne", "-b", "127.0.0.1", "-p", port, "pytake.asgi:application")
        until(lambda: answers(f"{self.web}/health/live"), "the web process answers")

    def start_ingest(self) -> None:
        """Meta's door as in production; `web` is one, too."""
        port = self.ingest.rpartition(":")[2]
        served = ("pytake.asgi_ingest:application", "--lifespan", "off", "--no-access-log")
        self._start("ingest", "-m", "uvicorn", "--host", "127.0.0.1", "--port", port, *served)
        until(lambda: is_there(f"{self.ingest}/webhooks/"), "the ingest process answers")

    def start_worker(self) -> None:
        beat = f"--schedule={self.folder / 'beat'}"
        worker = ("worker", "-Q", "drain,slow", "-c", "4", "-B", beat, "--without-gossip", "--without-mingle")
        self._start("worker", "-m", "celery", "-A", "pytake", *worker, "--loglevel=WARNING")

    def start_sender(self, departures: Path) -> None:
        """One that is ready when there is the file of its departures, and begins when there is a `go` beside it."""
        self._start(departures.name, "-m", "tests.messaging.one_sender", str(departures))

    def kill(self, name: str) -> None:
        """SIGKILL, children and all: nobody gets to say goodbye."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self._processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
        for process in self._processes.values():
            process.wait()

    def output(self) -> str:
        return "\n".join(f"--- {file.name}\n{file.read_text()[-4000:]}" for file in self.folder.glob("*.log"))

    def _start(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip


def url_of(alias: str) -> str:
    """The tests' database as a child process knows it."""
    found = connections[alias].settings_dict
    host = quote(found["HOST"], safe="") + (f":{found['PORT']}" if found["PORT"] else "")
    return f"postgres://{found['USER']}:{quote(found['PASSWORD'])}@{host}/{found['NAME']}"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def call(method: str, url: str, body: Any = None, **headers: str) -> Any:
    """Send JSON, read JSON."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method=method)  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def is_there(url: str) -> bool:
    """Whether anybody is there, whatever they say."""
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def until(true: Callable[[], Any], what: str, *, patience: float = PATIENCE) -> Any:
    """Wait until something is so, and return it.

    Raises:
        AssertionError: it wasn't, in time.
    """
    end = time.monotonic() + patience
    while not (found := true()):
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.05)
    return found
