"""A TCP line to PostgreSQL or Redis that can be cut and mended: what the product does while a server is away."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connections

from tests.stack import free_port

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Line:
    """Carries bytes between its own port and a server's; `host` may be the folder of a Unix socket."""

    def __init__(self, host: str, port: int, url: str = "") -> None:
        """`url` is the server's address with the line's port to be put in for `PORT`."""
        self.port = free_port()
        self.url = url.replace("PORT", str(self.port))
        self._host, self._there = host, port
        self._writers: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._flows = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, daemon=True).start()
        self.mend()

    def cut(self) -> None:
        """Whoever is connected is thrown out; whoever comes is refused."""
        self._run(self._close())

    def hold(self) -> None:
        """Everything stays connected, and nothing comes through: a cable that was pulled."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def mend(self) -> None:
        self._run(self._open())

    def stop(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _open(self) -> None:
        self._flows.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        self._flows.set()
        if self._carrying:
            await asyncio.wait(self._carrying)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await self._connect()
        self._writers |= {writer, there[1]}
        for source, sink in ((reader, there[1]), (there[0], writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._carrying.add(task)
            task.add_done_callback(self._carrying.discard)

    async def _connect(self) -> Streams:
        if self._host.startswith("/"):
            return await asyncio.open_unix_connection(f"{self._host}/.s.PGSQL.{self._there}")
        return await asyncio.open_connection(self._host, self._there)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                await self._flows.wait()
                sink.write(data)
                await sink.drain()
        sink.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(5)


@contextmanager
def line_to_postgres() -> Iterator[Line]:
    found = connections["default"].settings_dict
    address = f"postgres://{found['USER']}:{quote(found['PASSWORD'])}@127.0.0.1:PORT/{found['NAME']}"
    line = Line(found["HOST"], int(found["PORT"] or 5432), address)
    try:
        yield line
    finally:
        line.stop()


@contextmanager
def line_to_redis() -> Iterator[Line]:
    found = urlsplit(settings.REDIS_URL)
    password = f":{found.password}@" if found.password else ""
    line = Line(found.hostname or "127.0.0.1", found.port or 6379, f"redis://{password}127.0.0.1:PORT")
    try:
        yield line
    finally:
        line.stop()
