"""A server that answers `ok` to whatever comes: what the load generator reaches there is its own ceiling."""

import asyncio
import re
import sys
from typing import cast

import uvloop

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok"
_HEAD = re.compile(rb".*?\r\n(?:content-length: (\d+)\r\n)?\r\n", re.IGNORECASE | re.DOTALL)


class Answering(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._read = cast(asyncio.Transport, transport), b""

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (head := _HEAD.match(self._read)) and len(self._read) >= (end := head.end() + int(head[1] or 0)):
            self._read = self._read[end:]
            self._transport.write(ANSWER)


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", port)
    await server.serve_forever()


uvloop.run(serve(int(sys.argv[1])))
