"""The virus scanner clamd, asked over its own protocol; none unless `CLAMD_ADDRESS` names one.

Source: https://docs.clamav.net/manual/Usage/Scanning.html#clamd and clamd(8), INSTREAM
"""

from __future__ import annotations

import re
import socket
import struct
from typing import IO, Any, Final

from django.conf import settings
from django.core.files.base import File

CHUNK: Final = 64 * 1024
PATIENCE: Final = 60.0  # seconds of silence after which it counts as gone
LONGEST_ANSWER: Final = 4096
_FOUND: Final = re.compile(rb"stream: (.+) FOUND")


class ScannerFailed(OSError):
    """It doesn't answer, or not with yes or no: what was to be scanned is neither good nor bad."""


def virus_in(file: IO[bytes] | File[Any]) -> str | None:
    """The name of the virus that the scanner finds in the file; None if it finds none, or if there is no scanner.

    Raises:
        ScannerFailed
    """
    address = settings.CLAMD_ADDRESS
    if not address:
        return None
    try:
        with _connected(address) as line:
            answer = _ask(line, file)
    except OSError as error:
        raise ScannerFailed(f"The virus scanner can't be asked: {error}.") from error
    if answer == b"stream: OK":
        return None
    if found := _FOUND.fullmatch(answer):
        return found[1].decode(errors="replace")
    raise ScannerFailed(f"The virus scanner says: {answer.decode(errors='replace')[:200]}")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(PATIENCE)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)


def _ask(line: socket.socket, file: IO[bytes] | File[Any]) -> bytes:
    """Each piece after its length, at last one of none."""
    file.seek(0)
    try:
        line.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            line.sendall(struct.pack("!I", len(chunk)) + chunk)
        line.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it hangs up in the middle of what is too large for it, and says so
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
        answer += more
    return answer.rstrip(b"\0\n")
