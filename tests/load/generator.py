"""The load generator: raw sockets, kept-alive connections, one request on each at a time, everything prepared.

It runs in the bench's own process and does nothing else; `cpu_share` tells how near to its own limit it was.
"""

import re
import selectors
import socket
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

NAME = "tests/load/generator.py (own client: raw sockets, keep-alive, one request a connection at a time)"
SILENCE = 20.0  # seconds without any answer after which a server counts as dead
_HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) .*?\r\ncontent-length: *(\d+)\r\n(?:.*?\r\n)?\r\n", re.IGNORECASE | re.DOTALL)


@dataclass
class Load:
    """What came of it: `answers` of everything, the rest (in seconds) of what fell between `began` and `end`."""

    began: float
    end: float
    last: float = 0.0
    latencies: list[float] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    acknowledged: int = 0
    unanswered: int = 0
    cpu_share: float = 0.0

    def count(self, status: int, since: float, now: float) -> None:
        self.answers[status] += 1
        if self.began <= now <= self.end:
            self.acknowledged += status == 200
            self.last = now
        if self.began <= since:
            self.latencies.append(now - since)

    @property
    def rate(self) -> float:
        return self.acknowledged / (self.last - self.began) if self.last else 0.0

    def ms(self, share: float) -> float:
        """The percentile in milliseconds; what wasn't answered took for ever."""
        ordered = sorted(self.latencies) + [float("inf")] * self.unanswered
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def share_above(self, seconds: float) -> float:
        slow = sum(each > seconds for each in self.latencies) + self.unanswered
        return slow / (len(self.latencies) + self.unanswered)


class Line:
    """A connection with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.since = 0.0
        self._answer = b""

    def send(self, request: bytes, since: float) -> None:
        self.since = since
        if self.socket.send(request) != len(request):
            raise RuntimeError("a request doesn't fit into the socket's buffer")

    def receive(self) -> int | None:
        """The status, once the whole answer is there."""
        read = self.socket.recv(65_536)
        if not read:
            raise RuntimeError("the server hung up")
        self._answer += read
        head = _HEAD.match(self._answer)
        if head is None or len(self._answer) < head.end() + int(head[2]):
            return None
        self._answer = b""
        return int(head[1])


class Lines:
    """All connections; tells which of them have got their answer."""

    def __init__(self, port: int, count: int) -> None:
        self.all = [Line(port) for _ in range(count)]
        self._selector = selectors.DefaultSelector()
        for line in self.all:
            self._selector.register(line.socket, selectors.EVENT_READ, line)

    def answered(self, patience: float = SILENCE) -> Iterator[tuple[Line, int]]:
        ready = self._selector.select(max(0.0, patience))
        if not ready and patience >= SILENCE:
            raise RuntimeError(f"no answer for {SILENCE:.0f} s")
        for key, _ in ready:
            if (status := key.data.receive()) is not None:
                yield key.data, status

    def close(self) -> None:
        self._selector.close()
        for line in self.all:
            line.socket.close()


def closed_loop(
    port: int, requests: Sequence[bytes], *, connections: int = 16, warm_up: float = 2.0, seconds: float
) -> Load:
    """Each connection sends its next request as soon as it has its answer. Measured is what follows the warm-up."""
    lines, waiting = Lines(port, connections), iter(requests)
    now, cpu = time.perf_counter(), time.process_time()
    load = Load(began=now + warm_up, end=now + warm_up + seconds)
    for line in lines.all:
        line.send(next(waiting), now)
    on_their_way = connections
    while on_their_way:
        for line, status in lines.answered():
            now = time.perf_counter()
            load.count(status, line.since, now)
            request = next(waiting, None) if now < load.end else None
            if request is None:
                on_their_way -= 1
            else:
                line.send(request, now)
    load.cpu_share = (time.process_time() - cpu) / (now - load.began + warm_up)
    lines.close()
    return load


def open_loop(port: int, requests: Sequence[bytes], *, rate: float, connections: int = 64, grace: float = 10.0) -> Load:
    """Requests are due at a constant rate, whether the server keeps up or not, and time counts from when each was due.

    One that finds no free connection waits for it, and its time runs. `rate` of the result is of what was acknowledged
    by the time that the last one was due; what isn't within `grace` seconds after that counts as never.
    """
    lines, sent, cpu, began = Lines(port, connections), 0, time.process_time(), time.perf_counter()
    load, free, now = Load(began, began + len(requests) / rate), deque(lines.all), began
    while load.answers.total() < len(requests) and now < load.end + grace:
        while free and sent < len(requests) and began + sent / rate <= now:
            free.popleft().send(requests[sent], began + sent / rate)
            sent += 1
        next_due = began + sent / rate - now if free and sent < len(requests) else 1.0
        for line, status in lines.answered(next_due):
            load.count(status, line.since, time.perf_counter())
            free.append(line)
        now = time.perf_counter()
    load.unanswered = len(requests) - load.answers.total()
    load.last = max(load.last, load.end)
    load.cpu_share = (time.process_time() - cpu) / (now - began)
    lines.close()
    return load
