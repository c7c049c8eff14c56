"""Ports on loopback: a free one, and who has the one that is wanted."""

import contextlib
import os
import re
import socket
from pathlib import Path

from frontdoor.console import Failure
from frontdoor.processes import command_line_of


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def demand(port: int, *, what: str, flag: str, variable: str) -> None:
    if not is_free(port):
        raise Failure(
            f"Port {port} for the {what} is taken{_holder_of(port)}.\n"
            f"Choose another one: `bin/dev {flag} {port + 100}`, or set {variable}."
        )


def _holder_of(port: int) -> str:
    """Best effort, on Linux and for processes that we may look at: who listens, and from which folder."""
    inodes = {
        fields[9]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for fields in map(str.split, _lines(table))
        if len(fields) > 9 and fields[3] == "0A" and fields[1].endswith(f":{port:04X}")
    }
    for link in Path("/proc").glob("[0-9]*/fd/*") if inodes else ():
        with contextlib.suppress(OSError):
            found = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(link))
            if found and found[1] in inodes:
                pid = link.parts[2]
                return f" by process {pid} ({command_line_of(int(pid))[:80]}) in {os.readlink(f'/proc/{pid}/cwd')}"
    return ""


def _lines(table: str) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(table).read_text().splitlines()
    return []
