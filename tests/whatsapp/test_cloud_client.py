"""The Cloud API's client against servers on this machine that answer, refuse, hang, and break off in the middle."""

import asyncio
import hashlib
import io
import json
import socket
import ssl
import struct
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from apps.whatsapp.providers import (
    Accepted,
    Done,
    Downloaded,
    MediaInfo,
    NotSent,
    NumberInfo,
    Provider,
    Refused,
    TooLarge,
    Unknown,
    Uploaded,
)
from apps.whatsapp.providers.cloud import Body, CloudClient, open_session

VERSION, NUMBER, TOKEN = "v26.0", "2000001", "secret-token"
QUICK = aiohttp.ClientTimeout(total=0.4, sock_connect=0.2)
BODY = {"messaging_product": "whatsapp", "to": "+16505550100", "type": "text", "text": {"body": "olá"}}
ACCEPTED = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": "+16505550100", "wa_id": "16505550100"}],
    "messages": [{"id": "wamid.OUT", "message_status": "accepted"}],
}
ERROR = {
    "error": {
        "message": "(#131056) Pair rate limit hit",
        "type": "OAuthException",
        "code": 131056,
        "error_data": {"messaging_product": "whatsapp", "details": "Too many to this person."},
        "fbtrace_id": "A1b2",
    }
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server that understands HTTP; its address."""
    runner = web.ServerRunner(web.Server(handler), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def peer(talk: Peer) -> AsyncIterator[str]:
    """A server that does with a connection whatever `talk` does; its address."""
    tasks: set[asyncio.Task[None]] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(met, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def client_of(base: str, *, connections: int = 10, **options: Any) -> AsyncIterator[CloudClient]:
    async with open_session(connections=connections) as session:
        yield CloudClient(session, base, VERSION, **{"timeout": QUICK, "file_timeout": QUICK, **options})


async def whole_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    return head + await reader.readexactly(length)


async def send_to(base: str, **options: Any) -> Any:
    async with client_of(base, **options) as client:
        return await client.send(NUMBER, TOKEN, BODY)


def answering(status: int = 200, body: Any = None, seen: list[Any] | None = None, **headers: str) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        if seen is not None:
            seen.append((request.method, request.path_qs, dict(request.headers), await request.read()))
        text = body if isinstance(body, str) else json.dumps(body)
        return web.Response(status=status, text=text, headers=headers)

    return handler


async def test_a_message_is_accepted_and_named() -> None:
    seen: list[Any] = []
    async with serving(answering(200, ACCEPTED, seen)) as base:
        found = await send_to(base)
    assert found == Accepted("wamid.OUT", "16505550100", None, "accepted")
    ((method, path, headers, body),) = seen
    assert (method, path) == ("POST", f"/{VERSION}/{NUMBER}/messages")
    assert headers["Authorization"] == f"Bearer {TOKEN}"
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == "PyTake/1.0"
    assert json.loads(body) == BODY


async def test_marketing_goes_by_an_endpoint_of_its_own() -> None:
    seen: list[Any] = []
    async with serving(answering(200, ACCEPTED, seen)) as base, client_of(base) as client:
        assert isinstance(await client.send(NUMBER, TOKEN, BODY | {"product_policy": "STRICT"}), Accepted)
    assert seen[0][1] == f"/{VERSION}/{NUMBER}/marketing_messages"


async def test_a_send_to_a_user_id_is_accepted_without_a_phone() -> None:
    answer = {"contacts": [{"input": "US.9000001", "user_id": "US.9000001"}], "messages": [{"id": "wamid.OUT"}]}
    async with serving(answering(200, answer)) as base:
        assert await send_to(base) == Accepted("wamid.OUT", None, "US.9000001", None)


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
async def test_an_error_with_a_code_is_a_refusal_whatever_its_status(status: int) -> None:
    async with serving(answering(status, ERROR)) as base:
        found = await send_to(base)
    assert found == Refused(
        131056, None, "(#131056) Pair rate limit hit", "Too many to this person.", status, "A1b2", None
    )


async def test_an_error_inside_a_200_is_a_refusal() -> None:
    async with serving(answering(200, ERROR)) as base:
        assert isinstance(await send_to(base), Refused)


async def test_the_pause_that_whatsapp_asks_for_is_read() -> None:
    usage = json.dumps({"1000001": [{"type": "whatsapp", "call_count": 100, "estimated_time_to_regain_access": 3}]})
    async with serving(answering(400, ERROR, **{"X-Business-Use-Case-Usage": usage})) as base:
        assert (await send_to(base)).retry_after == 180
    async with serving(answering(429, ERROR, **{"Retry-After": "7"})) as base:
        assert (await send_to(base)).retry_after == 7
    async with serving(
        answering(429, ERROR, **{"Retry-After": "Wed, 21 Oct", "X-Business-Use-Case-Usage": "{"})
    ) as base:
        assert (await send_to(base)).retry_after is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, "<html>Service unavailable</html>"),
        (500, "{}"),
        (502, ""),
        (404, "<html>Not found</html>"),
        (400, {"error": {"message": "no code"}}),
        (400, {"error": "text"}),
        (200, "<html>Welcome</html>"),
        (200, {}),
        (200, {"messages": []}),
        (200, {"messages": "x"}),
        (200, [1]),
        (302, ""),
        (200, "x" * (1024 * 1024 + 1)),
        (200, "[" * 100_000),
    ],
)
async def test_an_answer_without_a_code_and_without_an_id_leaves_it_unknown(status: int, body: Any) -> None:
    async with serving(answering(status, body)) as base:
        found = await send_to(base)
    assert isinstance(found, Unknown)
    assert found.http_status == status


async def test_a_redirect_is_not_followed_with_a_message() -> None:
    seen: list[Any] = []
    async with serving(answering(307, "", seen, Location="/elsewhere")) as base:
        assert isinstance(await send_to(base), Unknown)
    assert len(seen) == 1


# What never left this machine.


async def test_a_closed_door_means_not_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert isinstance(await send_to(base), NotSent)


async def test_a_name_that_nobody_knows_means_not_sent() -> None:
    class Lost(aiohttp.abc.AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> Any:
            raise OSError("Name or service not known")

        async def close(self) -> None: ...

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Lost())) as session:
        client = CloudClient(session, "https://graph.test", VERSION)
        assert isinstance(await client.send(NUMBER, TOKEN, BODY), NotSent)


async def test_a_failed_handshake_means_not_sent() -> None:
    async with serving(answering(200, ACCEPTED)) as base:
        assert isinstance(await send_to(base.replace("http:", "https:")), NotSent)
    async with serving(answering(200, ACCEPTED), certificate()) as base:
        assert isinstance(await send_to(base), NotSent)


async def test_a_handshake_that_never_ends_means_not_sent() -> None:
    async with peer(lambda _reader, _writer: asyncio.sleep(5)) as base:
        assert isinstance(await send_to(base.replace("http:", "https:")), NotSent)


async def test_a_connection_that_never_stands_means_not_sent() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # fills the queue of connections that nobody takes
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        found = await send_to(f"http://127.0.0.1:{full.getsockname()[1]}")
        for one in waiting:
            one.close()
    assert isinstance(found, NotSent)


async def test_a_time_out_while_all_connections_are_taken_means_not_sent() -> None:
    came: list[bytes] = []

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(await whole_request(reader))
        await asyncio.sleep(5)

    async with peer(hang) as base, client_of(base, connections=1) as client:
        first = asyncio.create_task(client.send(NUMBER, TOKEN, BODY))
        await asyncio.sleep(0.1)
        other = CloudClient(client._session, base, VERSION, timeout=aiohttp.ClientTimeout(total=0.1))
        assert isinstance(await other.send(NUMBER, TOKEN, BODY), NotSent)
        assert isinstance(await first, Unknown)
    assert len(came) == 1


async def test_a_body_written_into_a_closed_connection_has_not_left() -> None:
    class Transport:
        closing = False

        def is_closing(self) -> bool:
            return self.closing

    class Writer:
        def __init__(self, transport: Transport | None) -> None:
            self.transport = transport

        async def write(self, chunk: bytes) -> None:
            if self.transport is None or self.transport.is_closing():
                raise aiohttp.ClientConnectionResetError

    closed = Transport()
    closed.closing = True
    for transport in (None, closed):
        body = Body(b"x")
        with pytest.raises(aiohttp.ClientConnectionResetError):
            await body.write_with_length(Writer(transport), None)  # type: ignore[arg-type]
        assert not body.left
    body = Body(b"x")
    await body.write_with_length(Writer(Transport()), None)  # type: ignore[arg-type]
    assert body.left


# What may have arrived.


async def test_no_answer_in_time_leaves_it_unknown() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await whole_request(reader)
        await asyncio.sleep(5)

    async with peer(hang) as base:
        assert isinstance(await send_to(base), Unknown)


async def test_a_reset_after_the_request_leaves_it_unknown() -> None:
    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await whole_request(reader)
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async with peer(reset) as base:
        assert isinstance(await send_to(base), Unknown)


async def test_a_connection_closed_without_an_answer_leaves_it_unknown() -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await whole_request(reader)

    async with peer(close) as base:
        assert isinstance(await send_to(base), Unknown)


async def test_a_connection_closed_before_the_request_was_read_leaves_it_unknown() -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    async with peer(close) as base:
        assert isinstance(await send_to(base), Unknown)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/9 what\r\n\r\n",
        b"\x00\x01\x02",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ],
)
async def test_an_answer_that_breaks_off_leaves_it_unknown(answer: bytes) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await whole_request(reader)
        writer.write(answer)
        await writer.drain()

    async with peer(half) as base:
        assert isinstance(await send_to(base), Unknown)


async def test_being_cancelled_is_not_an_answer() -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await whole_request(reader)
        await asyncio.sleep(5)

    async with peer(hang) as base:
        task = asyncio.create_task(send_to(base))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_connection_that_the_server_closed_while_idle_costs_nothing() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await whole_request(reader)
        body = json.dumps(ACCEPTED).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()

    async with peer(once) as base, client_of(base) as client:
        for _ in range(3):
            assert isinstance(await client.send(NUMBER, TOKEN, BODY), Accepted)
            await asyncio.sleep(0.02)


# The other calls.


async def test_reading_and_typing_are_shown() -> None:
    seen: list[Any] = []
    async with serving(answering(200, {"success": True}, seen)) as base, client_of(base) as client:
        assert await client.mark_read(NUMBER, TOKEN, "wamid.IN", typing=True) == Done()
        assert await client.subscribe("1000001", TOKEN) == Done()
    assert json.loads(seen[0][3])["typing_indicator"] == {"type": "text"}
    assert seen[1][1] == f"/{VERSION}/1000001/subscribed_apps"
    async with serving(answering(400, ERROR)) as base, client_of(base) as client:
        assert isinstance(await client.mark_read(NUMBER, TOKEN, "wamid.IN"), Refused)


async def test_a_number_is_read_field_by_field() -> None:
    seen: list[Any] = []
    answer = {"id": NUMBER, "verified_name": "Acme"}
    async with serving(answering(200, answer, seen)) as base, client_of(base) as client:
        found = await client.number_info(NUMBER, TOKEN, ("verified_name", "quality_rating"))
    assert found == NumberInfo({"id": NUMBER, "verified_name": "Acme"})
    assert seen[0][1] == f"/{VERSION}/{NUMBER}?fields=verified_name,quality_rating"


async def test_an_id_can_not_lead_elsewhere() -> None:
    seen: list[Any] = []
    async with serving(answering(200, {}, seen)) as base, client_of(base) as client:
        await client.number_info("../me?x=", TOKEN, ("id",))
    assert seen[0][1].startswith(f"/{VERSION}/..%2Fme%3Fx%3D?")


@pytest.mark.parametrize("by", ["bytes", "path"])
async def test_a_file_is_uploaded(by: str, tmp_path: Path) -> None:
    seen: list[Any] = []
    file = tmp_path / "x"
    file.write_bytes(b"hello" * 1000)
    async with serving(answering(200, {"id": 31}, seen)) as base, client_of(base) as client:
        source = file if by == "path" else file.read_bytes()
        assert await client.upload_media(NUMBER, TOKEN, source, "image/jpeg", 'café"\r\n.jpg') == Uploaded("31")
    _, path, headers, body = seen[0]
    assert path == f"/{VERSION}/{NUMBER}/media"
    assert headers["Content-Type"].startswith("multipart/form-data")
    assert b"hello" * 1000 in body
    assert b'name="messaging_product"' in body
    assert b'filename="caf_.jpg"' in body
    assert b"Content-Type: image/jpeg" in body


async def test_an_upload_can_be_refused_or_find_nobody() -> None:
    async with serving(answering(400, ERROR)) as base, client_of(base) as client:
        assert isinstance(await client.upload_media(NUMBER, TOKEN, b"x", "image/jpeg", "a"), Refused)
    async with client_of(base) as client:
        assert isinstance(await client.upload_media(NUMBER, TOKEN, b"x", "image/jpeg", "a"), NotSent)


async def test_a_file_says_where_it_lies() -> None:
    seen: list[Any] = []
    digest = hashlib.sha256(b"hello").hexdigest()
    answer = {"url": "https://lookaside.fbsbx.com/x", "mime_type": "image/jpeg", "sha256": digest, "file_size": "5"}
    async with serving(answering(200, answer, seen)) as base, client_of(base) as client:
        found = await client.media_info("31", TOKEN, NUMBER)
    assert found == MediaInfo("https://lookaside.fbsbx.com/x", "image/jpeg", digest, 5)
    assert seen[0][1] == f"/{VERSION}/31?phone_number_id={NUMBER}"
    gone = {"error": {"message": "gone", "code": 100, "error_subcode": 33}}
    async with serving(answering(400, gone)) as base, client_of(base) as client:
        found = await client.media_info("31", TOKEN, NUMBER)
    assert isinstance(found, Refused)
    assert (found.code, found.subcode) == (100, 33)


async def test_a_file_is_fetched_whole_with_its_checksum() -> None:
    seen: list[Any] = []
    to = io.BytesIO()
    async with serving(answering(200, "hello", seen)) as base, client_of(base) as client:
        found = await client.download(f"{base}/f%2Fx?hash=a%2Bb", TOKEN, to, 5)
    assert found == Downloaded(5, hashlib.sha256(b"hello").hexdigest(), "text/plain; charset=utf-8")
    assert to.getvalue() == b"hello"
    assert seen[0][1] == "/f%2Fx?hash=a%2Bb"
    assert seen[0][2]["Authorization"] == f"Bearer {TOKEN}"


async def test_a_file_that_is_too_large_is_left() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 1000)

    async with serving(answering(200, "hello!")) as base, client_of(base) as client:
        assert await client.download(f"{base}/f", TOKEN, io.BytesIO(), 5) == TooLarge(5)
    async with serving(endless) as base, client_of(base) as client:
        assert await client.download(f"{base}/f", TOKEN, io.BytesIO(), 5000) == TooLarge(5000)


@pytest.mark.parametrize(("status", "body"), [(401, "x"), (404, ""), (500, "<html>")])
async def test_a_dead_address_says_so(status: int, body: str) -> None:
    async with serving(answering(status, body)) as base, client_of(base) as client:
        found = await client.download(f"{base}/f", TOKEN, io.BytesIO(), 5)
    assert isinstance(found, Unknown)
    assert found.http_status == status


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest",
        "https://evil.test/x",
        "https://fbsbx.com.evil.test/x",
        "https://evilfbsbx.com/x",
        "http://lookaside.fbsbx.com/x",
        "http://localhost:1/x",
        "file:///etc/passwd",
        "/relative",
        "not an address",
        "http://[::1",
        "",
    ],
)
async def test_files_are_fetched_from_whatsapps_hosts_only(url: str) -> None:
    async with serving(answering(200, "hello")) as base, client_of(base) as client:
        assert isinstance(await client.download(url, TOKEN, io.BytesIO(), 5), NotSent)


async def test_a_redirect_within_the_host_keeps_the_token_and_one_inside_our_network_is_not_followed() -> None:
    seen: list[str | None] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization"))
        if request.path == "/inside":
            return web.Response(status=302, headers={"Location": "http://127.0.0.1:1/admin"})
        if request.path == "/round":
            return web.Response(status=302, headers={"Location": "/round"})
        if request.path == "/a":
            return web.Response(status=302, headers={"Location": "b"})
        return web.Response(text="hello")

    async with serving(handler) as base, client_of(base) as client:
        assert isinstance(await client.download(f"{base}/a", TOKEN, io.BytesIO(), 5), Downloaded)
        assert seen == [f"Bearer {TOKEN}"] * 2
        assert isinstance(await client.download(f"{base}/inside", TOKEN, io.BytesIO(), 5), NotSent)
        assert isinstance(await client.download(f"{base}/round", TOKEN, io.BytesIO(), 5), Unknown)


async def test_the_token_is_never_taken_to_another_host() -> None:
    seen: list[Any] = []

    async def moved(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": f"{elsewhere}/file"})

    async with serving(answering(200, "hello", seen), certificate()) as elsewhere, serving(moved) as base:
        connector = aiohttp.TCPConnector(ssl=False)
        async with aiohttp.ClientSession(connector=connector) as session:
            client = CloudClient(session, base, VERSION, media_hosts=("localhost",))
            assert isinstance(await client.download(f"{base}/f", TOKEN, io.BytesIO(), 5), Downloaded)
            assert isinstance(await client.download(f"{elsewhere}/f", TOKEN, io.BytesIO(), 5), Downloaded)
    assert [headers.get("Authorization") for _, _, headers, _ in seen] == [None, f"Bearer {TOKEN}"]


async def test_a_file_that_breaks_off_is_no_file() -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
        await writer.drain()

    async with peer(half) as base, client_of(base) as client:
        assert isinstance(await client.download(f"{base}/f", TOKEN, io.BytesIO(), 100), Unknown)


async def test_the_client_is_a_provider() -> None:
    async with client_of("http://127.0.0.1:1") as client:
        provider: Provider = client
        assert isinstance(await provider.send(NUMBER, TOKEN, BODY), NotSent)


def certificate() -> ssl.SSLContext:
    """A server's TLS that nobody has reason to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = signed.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context
