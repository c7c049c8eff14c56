"""The guard before every address that users have configured, against real servers on loopback."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from apps.core import outgoing
from apps.core.errors import CallFailed, UrlRefused
from apps.core.outgoing import GuardedResolver, check_address, check_url, fetch, fetch_async, guarded_connector

NOT_OURS_TO_CALL = [
    "0.0.0.0", "0.1.2.3", "10.0.0.7", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254", "172.16.0.1",  # noqa: S104
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::", "3fff::1", "5f00::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
]  # fmt: skip


@pytest.mark.parametrize("address", NOT_OURS_TO_CALL)
def test_what_is_not_on_the_public_internet_is_refused(address: str) -> None:
    with pytest.raises(UrlRefused):
        check_address(address)
    with pytest.raises(UrlRefused):
        check_url(f"https://[{address}]/" if ":" in address else f"https://{address}/")


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is_public_is_let_through(address: str) -> None:
    check_address(address)


@given(st.ip_addresses(v=4))
def test_each_form_of_an_ipv4_address_is_judged_alike(address: IPv4Address) -> None:
    inside = int(address)
    judged = _judged(str(address))
    assert judged is (address.is_global and not address.is_multicast and str(address)[:10] != "192.88.99.")
    assert _judged(f"::ffff:{address}") is judged
    assert _judged(str(IPv6Address((0x64FF9B << 96) | inside))) is judged
    assert _judged(str(IPv6Address((0x2002 << 112) | (inside << 80)))) is False
    assert _judged(str(IPv6Address(inside))) is False
    for written in (str(inside), hex(inside), f"0{inside:o}", ".".join(f"0{part:o}" for part in address.packed)):
        with pytest.raises(UrlRefused):  # numbers that C libraries read as an address
            check_url(f"http://{written}/")


@given(st.ip_addresses(v=6))
def test_an_ipv6_address_outside_the_global_range_is_refused(address: IPv6Address) -> None:
    if _judged(str(address)):
        assert address in outgoing._GLOBAL_V6 or address.ipv4_mapped or address in outgoing._NAT64
        assert not address.is_private
        assert not address.is_multicast


@given(st.text(max_size=60), st.sampled_from(["", "https://", "http://", "http://[", "https://a:", "https://x@"]))
def test_whatever_is_written_is_refused_or_comes_back_as_it_will_be_called(text: str, before: str) -> None:
    try:
        url = check_url(before + text)
    except UrlRefused:
        return
    assert check_url(url) == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/", "begins with"),
        ("javascript:alert(1)", "begins with"),
        ("file:///etc/passwd", "begins with"),
        ("https://user:secret@example.com/", "no user name"),
        ("https://example.com@10.0.0.1/", "no user name"),
        ("https://example.com:22/", "Port 22"),
        ("https://example.com:5432/", "Port 5432"),
        ("https://example.com:99999/", "no address"),
        ("https://", "no host"),
        ("https://exa mple.com/", "no spaces"),
        ("https://example.com\\@10.0.0.1/", "no spaces"),
        ("https://exa_mple-.com/", "could exist"),
        ("https://localhost/", "public internet"),
        ("https://api.localhost./", "public internet"),
        ("https://127.1/", "could exist"),
        ("https://0x7f.1/", "could exist"),
        ("https://①②⑦.0.0.1/", "public internet"),
        ("https://127。0。0。1/", "public internet"),
        ("https://[fe80::1%25eth0]/", "public internet"),
        (f"https://example.com/{'a' * 2048}", "2,048"),
    ],
)
def test_a_refused_address_says_why(url: str, reason: str) -> None:
    with pytest.raises(UrlRefused, match=reason) as refused:
        check_url(url, field="endpoint")
    assert refused.value.field == "endpoint"


def test_an_address_comes_back_in_its_plain_form() -> None:
    assert check_url("HTTPS://Example.COM.:443/a?b=c#d") == "https://example.com/a?b=c"
    assert check_url("http://pão.example:8080") == "http://xn--po-sia.example:8080/"
    assert check_url("https://vault:8200/v1/") == "https://vault:8200/v1/"


def test_an_operator_opens_networks_of_their_own(settings: Any) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = ["10.1.0.0/16", "fd00:1::/32"]
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5"):
        check_address(address)
    for address in ("10.2.0.1", "127.0.0.1", "fd00:2::5"):
        with pytest.raises(UrlRefused):
            check_address(address)


class Answers(GuardedResolver):
    """A name server that says this, then that."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[str]:
        return self.answers.pop(0)


@pytest.fixture
async def server(settings: Any) -> AsyncIterator[str]:
    """Answers on 127.0.0.1 alone, which is opened; the rest of loopback stays closed."""
    settings.OUTGOING_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    app = web.Application()
    app.router.add_route("*", "/echo", _echo)
    app.router.add_get("/big", _big)
    app.router.add_get("/packed", _packed)
    app.router.add_get("/slow", _slow)
    app.router.add_route("*", "/to", _redirect)
    app.router.add_route("*", "/keep", _redirect)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def _big(request: web.Request) -> web.Response:
    return web.Response(body=b"a" * 5000)


async def _packed(request: web.Request) -> web.Response:
    return web.Response(body=gzip.compress(b"a" * 5000), headers={"Content-Encoding": "gzip"})


async def _slow(request: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


async def _redirect(request: web.Request) -> web.Response:
    status = 302 if request.path == "/to" else 307
    return web.Response(status=status, headers={"Location": request.query["url"]})


async def _echo(request: web.Request) -> web.Response:
    told = {"method": request.method, "body": await request.text(), "host": request.headers["Host"]}
    return web.json_response(told | {"secret": request.headers.get("Authorization", "")})


async def test_an_answer_is_read_whole_and_no_more_than_was_allowed(server: str) -> None:
    answer = await fetch_async("POST", f"{server}/echo", json={"a": 1}, headers={"Authorization": "Bearer x"})
    assert answer.status == 200
    assert answer.json() == {"method": "POST", "body": '{"a": 1}', "host": server[7:], "secret": "Bearer x"}
    for path in ("/big", "/packed"):
        assert len((await fetch_async("GET", server + path, limit=5000)).body) == 5000
        with pytest.raises(CallFailed, match="4,999 bytes"):
            await fetch_async("GET", server + path, limit=4999)
    with pytest.raises(CallFailed, match=r"0\.2 seconds"):
        await fetch_async("GET", f"{server}/slow", timeout=0.2)
    with pytest.raises(CallFailed, match="nobody answers"):
        await fetch_async("GET", "http://127.0.0.1:9900/")
    with pytest.raises(CallFailed, match="no JSON"):
        (await fetch_async("GET", f"{server}/big")).json()
    assert (await asyncio.to_thread(fetch, "GET", f"{server}/big")).status == 200


async def test_each_redirect_is_checked_anew(server: str) -> None:
    port = server.rpartition(":")[2]
    for elsewhere in (
        "http://169.254.169.254/latest/meta-data/",
        f"http://127.0.0.2:{port}/echo",
        "file:///etc/passwd",
    ):
        with pytest.raises(UrlRefused) as refused:
            await fetch_async("GET", f"{server}/to?url={elsewhere}", field="endpoint")
        assert refused.value.field == "endpoint"
    with pytest.raises(CallFailed, match="more than 3"):
        await fetch_async("GET", f"{server}/to?url=/to?url=/to?url=/to?url=/echo".replace("?url=/to?", "?url=/to%3F"))
    assert (await fetch_async("POST", f"{server}/to?url=/echo", body=b"x")).json()["method"] == "GET"
    kept = (await fetch_async("POST", f"{server}/keep?url=/echo", body=b"x", headers={"Authorization": "s"})).json()
    assert (kept["method"], kept["body"], kept["secret"]) == ("POST", "x", "s")
    assert (await fetch_async("GET", f"{server}/to?url=/echo", redirects=0)).status == 302
    with pytest.raises(UrlRefused, match="https to http"):
        outgoing._redirected("https://example.com/", "http://example.com/", "url")


async def test_a_secret_does_not_follow_to_another_server(server: str, settings: Any) -> None:
    settings.OUTGOING_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    port = server.rpartition(":")[2]
    other = f"http://localhost:{port}/echo"
    answer = await fetch_async("GET", f"{server}/to?url={other}", headers={"Authorization": "Bearer x"})
    assert answer.json()["host"] == f"localhost:{port}"
    assert answer.json()["secret"] == ""


async def test_a_name_that_answers_otherwise_the_second_time_is_asked_once(server: str) -> None:
    names = Answers(["127.0.0.1"], ["127.0.0.2"])
    port = server.rpartition(":")[2]
    async with aiohttp.ClientSession(connector=guarded_connector(names)) as session:
        async with session.get(f"http://rebinding.example:{port}/echo") as response:
            assert response.status == 200
        assert names.answers == [["127.0.0.2"]]
    async with aiohttp.ClientSession(connector=guarded_connector(names)) as session:
        with pytest.raises(UrlRefused, match=r"127\.0\.0\.2"):
            await session.get(f"http://rebinding.example:{port}/echo")


async def test_one_private_address_among_public_ones_spoils_the_answer() -> None:
    for answer in (["8.8.8.8", "10.0.0.1"], ["10.0.0.1", "8.8.8.8"], ["2606:4700::1111", "::ffff:7f00:1"]):
        with pytest.raises(UrlRefused):
            await Answers(answer).resolve("two.example", 443)
    found = await Answers(["8.8.8.8", "2606:4700::1111"]).resolve("two.example", 443)
    assert [each["host"] for each in found] == ["8.8.8.8", "2606:4700::1111"]


async def test_a_session_of_ones_own_reaches_no_private_number_either(server: str) -> None:
    async with aiohttp.ClientSession(connector=guarded_connector()) as session:
        for way in (f"{server}/to?url=http://127.0.0.2:{server.rpartition(':')[2]}/echo", "http://169.254.169.254/"):
            with pytest.raises(aiohttp.ClientConnectorError, match="public internet"):
                await session.get(way)


def _judged(address: str) -> bool:
    try:
        check_address(str(ip_address(address)))
    except UrlRefused:
        return False
    return True
