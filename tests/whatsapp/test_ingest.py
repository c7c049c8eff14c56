"""Meta's door: what it takes, what it refuses, and that what it has acknowledged is there, whatever happens next."""

import asyncio
import http.client
import json
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction
from pytest_django import Settings

from apps.core.tenancy import all_organizations, organization_scope
from apps.vault.errors import ProviderAway
from apps.vault.providers import fernet
from apps.whatsapp import ingest
from apps.whatsapp.ingest import LARGEST_BODY, Ingest
from apps.whatsapp.models import InboundEvent, MetaApp
from apps.whatsapp.payloads.wellformed import is_json
from apps.whatsapp.signature import sign
from tests.conftest import commits, make_app, make_organization, make_secret
from tests.outage import Line, line_to_postgres
from tests.stack import Stack, until, url_of

T = TypeVar("T")
pytestmark = commits
SECRET, NEXT_SECRET, VERIFY_TOKEN = "the-app's-secret", "the-secret-to-be", "the-token-to-verify"
BODY = b'{"object":"whatsapp_business_account","entry":[]}'
woken: list[str] = []


def wake_nobody(name: str) -> None:
    woken.append(name)


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]


class Door:
    """The ASGI callable as a server calls it, without a server."""

    def __init__(self) -> None:
        self.ingest, self._runner = Ingest(), asyncio.Runner()
        self.on_answer: Callable[[], None] = lambda: None

    def ask(self, method: str, app: MetaApp | str, **given: Any) -> Answer:
        return self.run(self.asking(method, app, **given))

    def post(self, app: MetaApp | str, body: bytes = BODY, *, secret: str = SECRET, **given: Any) -> Answer:
        return self.run(self.posting(app, body, secret=secret, **given))

    def post_all(self, app: MetaApp, bodies: list[bytes]) -> list[int]:
        """All at once."""

        async def everything() -> list[Answer]:
            return await asyncio.gather(*(self.posting(app, body) for body in bodies))

        return [answer.status for answer in self.run(everything())]

    def posting(
        self, app: MetaApp | str, body: bytes = BODY, *, secret: str = SECRET, **given: Any
    ) -> Coroutine[Any, Any, Answer]:
        signed = {"X-Hub-Signature-256": sign(body, secret)}
        return self.asking("POST", app, chunks=[body], **{"headers": signed} | given)

    async def asking(
        self,
        method: str,
        app: MetaApp | str,
        *,
        chunks: list[bytes] | None = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> Answer:
        key = app if isinstance(app, str) else app.key
        sent: list[dict[str, Any]] = []
        waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks or []]
        waiting.append({"type": "http.request", "body": b"", "more_body": False})

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0)
            return waiting.pop(0)

        async def send(message: dict[str, Any]) -> None:
            if not sent:
                self.on_answer()
            sent.append(message)

        scope = {
            "type": "http", "method": method, "path": f"/webhooks/whatsapp/{key}/", "client": ["203.0.113.7", 5000],
            "query_string": urlencode(query or {}).encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()],
        }  # fmt: skip
        await self.ingest(scope, receive, send)
        start, content = sent
        found = {name.decode(): value.decode() for name, value in start["headers"]}
        return Answer(start["status"], content["body"].decode(), found)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def until_woken(self, times: int) -> None:
        """The drain is woken after the answer; go on until it was so often, and a moment longer."""

        async def wait() -> None:
            async with asyncio.timeout(30):
                while len(woken) < times:
                    await asyncio.sleep(0.005)
            await asyncio.sleep(0.05)

        self.run(wait())

    def close(self) -> None:
        async def close_all() -> None:
            for inbox in self.ingest._inboxes.values():
                await inbox.close()

        self.run(close_all())
        self._runner.close()


@pytest.fixture(autouse=True)
def nobody_is_woken(settings: Settings) -> None:
    settings.WAKE_TRANSPORT = "tests.whatsapp.test_ingest.wake_nobody"
    cache.clear()
    woken.clear()


@pytest.fixture
def app() -> MetaApp:
    return make_app(make_organization(), secret=SECRET, next_secret=NEXT_SECRET, verify_token=VERIFY_TOKEN)


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door()
    yield made
    made.close()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """From here on whoever connects to PostgreSQL does so through it."""
    with line_to_postgres() as line:
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(line.port))):
            monkeypatch.setitem(connections["default"].settings_dict, name, value)
        yield line


def stored() -> list[bytes]:
    with all_organizations("a raw body belongs to the installation"):
        return [bytes(body) for body in InboundEvent.objects.order_by("pk").values_list("body", flat=True)]


def commits_made() -> int:
    """By how many transactions what is stored was written."""
    with all_organizations("a raw body belongs to the installation"), connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM whatsapp_inboundevent")
        return int(cursor.fetchone()[0])


def numbered(count: int) -> list[bytes]:
    return [json.dumps({"n": n}).encode() for n in range(count)]


def logged(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(f"{record.msg} {record.args} {record.exc_text} {record.exc_info}" for record in caplog.records)


# --- the handshake ------------------------------------------------------------------------------------------------


def hub(token: str = VERIFY_TOKEN, mode: str = "subscribe", challenge: str = "1158201444") -> dict[str, str]:
    return {"hub.mode": mode, "hub.challenge": challenge, "hub.verify_token": token}


def test_meta_shakes_hands_and_hears_its_challenge(door: Door, app: MetaApp) -> None:
    answer = door.ask("GET", app, query=hub())
    assert (answer.status, answer.text) == (200, "1158201444")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


STRANGERS = [
    hub(token="another"),
    hub(token=""),
    hub(token=VERIFY_TOKEN + " "),
    hub(token="não-é"),
    hub(mode="unsubscribe"),
    hub(mode=""),
    {"hub.challenge": "1158201444"},
    {},
]


def test_nobody_else_does(door: Door, app: MetaApp) -> None:
    for query in STRANGERS:
        answer = door.ask("GET", app, query=query)
        assert answer.status == 403, query
        assert "1158201444" not in answer.text


def test_a_challenge_of_any_characters_is_answered(door: Door, app: MetaApp) -> None:
    assert door.ask("GET", app, query=hub(challenge="€ <b>olá</b>")).text == "€ <b>olá</b>"


def test_an_app_without_a_verify_token_shakes_nobodys_hand(door: Door) -> None:
    app = make_app(make_organization(), verify_token="")
    assert door.ask("GET", app, query=hub(token="")).status == 403


# --- who signs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", [SECRET, NEXT_SECRET])
def test_both_live_secrets_sign(door: Door, app: MetaApp, secret: str) -> None:
    assert door.post(app, secret=secret).status == 200
    assert stored() == [BODY]


NO_SIGNATURES = [
    {},
    {"X-Hub-Signature-256": ""},
    {"X-Hub-Signature-256": "sha256="},
    {"X-Hub-Signature-256": sign(BODY, "another secret")},
    {"X-Hub-Signature-256": sign(BODY + b" ", SECRET)},
    {"X-Hub-Signature-256": sign(BODY, SECRET).removeprefix("sha256=")},
    {"X-Hub-Signature-256": sign(BODY, SECRET)[:-1]},
    {"X-Hub-Signature-256": "sha256=ÿ"},
    {"X-Hub-Signature": "sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"},
]


def test_whoever_does_not_know_the_secret_leaves_nothing(door: Door, app: MetaApp) -> None:
    for headers in NO_SIGNATURES:
        assert door.ask("POST", app, chunks=[BODY], headers=headers).status == 403, headers
    assert stored() == []


def test_each_app_signs_for_itself(door: Door, app: MetaApp) -> None:
    other = make_app(make_organization("Boreal"), secret="another secret")
    assert door.post(other).status == 403
    assert door.post(other, secret="another secret").status == 200


def test_a_secret_that_is_taken_away_stops_signing_within_seconds(
    door: Door, app: MetaApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert door.post(app, secret=NEXT_SECRET).status == 200
    with all_organizations("a test changes a secret"):
        MetaApp.objects.across_organizations().filter(pk=app.pk).update(next_secret="")
    monkeypatch.setattr(ingest, "APPS_CACHED_SECONDS", 0)
    assert door.post(app, secret=NEXT_SECRET).status == 403
    assert door.post(app).status == 200


def test_a_secret_of_the_vault_signs_and_while_the_vault_is_away_meta_comes_again(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> str:
        raise ProviderAway

    monkeypatch.setattr(ingest, "APPS_CACHED_SECONDS", 0)
    organization = make_organization("Boreal")
    app, other = make_app(organization, secret="{{secret:wa_app}}"), make_app(organization, secret="{{secret:wa_app}}")
    assert door.post(app).status == 403, "there is none of this name"
    assert door.post(app, secret="{{secret:wa_app}}").status == 403
    make_secret(organization, name="wa_app", value=SECRET)
    assert door.post(app).status == 200
    monkeypatch.setattr(fernet.PROVIDER, "decrypt", away)
    assert door.post(other).status == 503
    assert door.post(app).status == 200, "the last reading holds"


def test_an_app_is_read_once_for_all_that_come_at_the_same_time(
    door: Door, app: MetaApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    read = ingest._signing_app

    async def count(key: str) -> Any:
        reads.append(key)
        return await read(key)

    monkeypatch.setattr(ingest, "_signing_app", count)
    assert door.post_all(app, numbered(50)) == [200] * 50
    assert reads == [app.key]


# --- what is no webhook -------------------------------------------------------------------------------------------


def test_more_than_three_megabytes_are_refused_before_they_are_read(door: Door, app: MetaApp) -> None:
    for length in (str(LARGEST_BODY + 1), "9" * 5000):
        assert door.ask("POST", app, headers={"Content-Length": length}).status == 413


def test_more_than_three_megabytes_are_refused_though_nobody_said_how_much(door: Door, app: MetaApp) -> None:
    chunks = [b'"', *[b"x" * 65_536] * 48, b'"']
    body = b"".join(chunks)
    assert len(body) > LARGEST_BODY
    headers = {"X-Hub-Signature-256": sign(body, SECRET)}
    assert door.ask("POST", app, chunks=[*chunks, b"never asked for"], headers=headers).status == 413
    assert stored() == []


def test_three_megabytes_are_taken(door: Door, app: MetaApp) -> None:
    body = b'"' + b"x" * (LARGEST_BODY - 2) + b'"'
    assert door.post(app, body, headers={"X-Hub-Signature-256": sign(body, SECRET), "Content-Length": str(len(body))})
    assert stored() == [body]


NOT_JSON = [
    b"", b" ", b"{", b"[1,]", b'{"a":}', b"{'a':1}", b"nope", b"NaN", b'{"a":NaN}', b"[Infinity]", b"-Infinity", b"01",
    b'"\x01"', b'"\xff"', b'"\xed\xa0\x80"', b"\x00", '{"a":1}'.encode("utf-16"), '{"a":1}'.encode("utf-32-le"),
    b'{"a":1}{"b":2}', b"object=whatsapp&entry=1", b"<xml/>", b"[" * 100_000, b'{"a":' * 10_000,
    b"[" * 999 + b"]" * 1_000, b"[" + b"9" * 5_000, b"[" * 5_000 + b"1 2" + b"]" * 5_000,
]  # fmt: skip
JSON = [
    BODY,
    b"{}", b"[]", b"null", b'"text"', b"0", b" \t\r\n{ } \n",
    rb'{"text":{"body":"\u0000 in the middle \u0000"}}',
    rb'{"lone":"\ud83d","swapped":"\ude00\ud83d","pair":"\ud83d\ude00"}',
    rb'{"t":"ol\u00e1 \/"}',
    '{"t":"olá 👋 /"}'.encode(),
    b'{"a":1,"a":2}',
    b"[" + b"9" * 5_000 + b"]", b"[-1e999999, 1.0000000000000000000000000000001]",
    b"[" * 3_000 + b"]" * 3_000, b'{"a":' * 20_000 + b"null" + b"}" * 20_000,
    b'[{"deep":' * 50_000 + b'[1, "}{", true]' + b"}]" * 50_000,
    b"\xef\xbb\xbf{}",
]  # fmt: skip


def test_what_is_not_json_is_refused(door: Door, app: MetaApp) -> None:
    for body in NOT_JSON:
        assert door.post(app, body).status == 400, body[:40]
    assert stored() == []


def test_any_valid_json_is_kept_byte_for_byte(door: Door, app: MetaApp) -> None:
    for body in JSON:
        assert door.post(app, body).status == 200, body[:60]
    assert stored() == JSON


def test_brackets_too_deep_for_python_are_judged_as_shallow_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [b"[", b"]", b"{", b"}", b":", b",", b'"a"', b"1", b"true", b" "]
    texts = [a + b + c + d for a in parts for b in parts for c in parts for d in parts]
    judged = [is_json(text) for text in texts]

    def give_up(*_args: Any, **_options: Any) -> Any:
        raise RecursionError

    monkeypatch.setattr(json, "loads", give_up)
    assert [is_json(text) for text in texts] == judged
    assert any(judged)


def test_an_address_that_is_nobodys_is_not_found(door: Door, app: MetaApp) -> None:
    for key in ("unknown", "", "a/b/c", "x" * 41, "a\x00b", "%00", "..", "ção", "k'--", "x" * 60_000):
        assert door.post(key).status == 404, key[:40]
        assert door.ask("GET", key, query=hub()).status == 404
    assert list(door.ingest._apps._known) == ["unknown"], "what can't be a key is not remembered"


def test_there_is_nothing_else_to_do_here(door: Door, app: MetaApp) -> None:
    for method in ("PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"):
        answer = door.ask(method, app)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")


def test_the_address_may_lack_its_last_slash(door: Door, app: MetaApp) -> None:
    scope = {"type": "http", "method": "GET", "path": f"/webhooks/whatsapp/{app.key}", "headers": [], "client": None}
    sent: list[dict[str, Any]] = []

    async def ask() -> None:
        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await door.ingest(scope | {"query_string": urlencode(hub()).encode()}, asyncio.Future, send)

    door.run(ask())
    assert sent[0]["status"] == 200


def test_no_crowd_fills_the_memory(door: Door, app: MetaApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "BYTES_IN_MEMORY", 10_000)
    body = b'"' + b"x" * 2_998 + b'"'
    assert sorted(door.post_all(app, [body] * 10)) == [200] * 3 + [503] * 7
    assert door.post(app, body, secret="wrong").status == 403
    assert door.post_all(app, [body] * 3) == [200] * 3, "what was let in is let go again"
    assert door.ingest._in_memory == 0
    assert len(stored()) == 6


def test_whoever_hangs_up_leaves_nothing(door: Door, app: MetaApp) -> None:
    sent: list[dict[str, Any]] = []

    async def ask() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": f"/webhooks/whatsapp/{app.key}/", "headers": []}
        await door.ingest(scope, receive, send)

    door.run(ask())
    assert stored() == []


# --- what is acknowledged is there --------------------------------------------------------------------------------


def test_a_body_is_committed_before_it_is_acknowledged(door: Door, app: MetaApp) -> None:
    seen: list[int] = []

    def look() -> None:
        with psycopg.connect(url_of("owner")) as another:
            seen.extend(another.execute("SELECT count(*) FROM whatsapp_inboundevent").fetchone() or [])

    door.on_answer = look
    for _ in range(3):
        assert door.post(app).status == 200
    assert seen == [1, 2, 3]


def test_many_requests_are_few_commits(door: Door, app: MetaApp) -> None:
    bodies = numbered(300)
    assert door.post_all(app, bodies) == [200] * 300
    assert sorted(stored()) == sorted(bodies)
    assert commits_made() <= 3


def test_a_commit_is_never_larger_than_it_may(door: Door, app: MetaApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "ROWS_A_COMMIT", 50)
    door.post_all(app, numbered(200))
    assert 4 <= commits_made() <= 6
    monkeypatch.setattr(ingest, "BYTES_A_COMMIT", 300_000)
    before = commits_made()
    large = [json.dumps("x" * 100_000 + str(n)).encode() for n in range(12)]
    assert door.post_all(app, large) == [200] * 12
    assert 4 <= commits_made() - before <= 6
    assert len(stored()) == 212


def test_an_app_that_was_just_deleted_spoils_nobody_elses_commit(door: Door, app: MetaApp) -> None:
    gone = make_app(make_organization("Boreal"), secret=SECRET)
    for each in (app, gone):
        assert door.post(each).status == 200
    with all_organizations("a test deletes an app"):
        MetaApp.objects.across_organizations().filter(pk=gone.pk).delete()
    bodies = numbered(20)

    async def both() -> list[Answer]:
        return await asyncio.gather(*(door.posting(gone if n % 5 == 3 else app, body) for n, body in enumerate(bodies)))

    assert [answer.status for answer in door.run(both())] == [404 if n % 5 == 3 else 200 for n in range(20)]
    assert sorted(stored()) == sorted([BODY, *(body for n, body in enumerate(bodies) if n % 5 != 3)])


def test_the_apps_own_role_can_write_a_raw_body_and_never_read_one(door: Door, app: MetaApp) -> None:
    door.post(app)
    for scope in (transaction.atomic(), organization_scope(app.organization_id)):
        with scope, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM whatsapp_inboundevent")
            assert cursor.fetchone() == (0,)
            cursor.execute("UPDATE whatsapp_inboundevent SET body = 'x'")
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM whatsapp_inboundevent")
            assert cursor.rowcount == 0
    assert stored() == [BODY]


def test_a_commit_wakes_the_drain(door: Door, app: MetaApp) -> None:
    door.post(app)
    door.until_woken(1)
    assert woken == ["inbound.drain"]
    door.post(app, BODY + b" ", secret="wrong")
    door.run(asyncio.sleep(0.1))
    assert woken == ["inbound.drain"]


resumed = Event()


def wake_slowly(name: str) -> None:
    """A worker takes the wake-up at once, and looks; the broker lets go of us only later."""
    cache.delete(f"pending:{name}")
    woken.append(name)
    resumed.wait(5)


def test_what_is_committed_while_the_drain_is_being_woken_wakes_it_again(
    door: Door, app: MetaApp, settings: Settings
) -> None:
    settings.WAKE_TRANSPORT = "tests.whatsapp.test_ingest.wake_slowly"
    resumed.clear()
    door.post(app)
    door.until_woken(1)
    door.post(app)
    assert woken == ["inbound.drain"]
    resumed.set()
    door.until_woken(2)
    assert woken == ["inbound.drain"] * 2


# --- while PostgreSQL is away -------------------------------------------------------------------------------------


def end_its_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = 'pytake-ingest' AND datname = current_database()"
        )
        assert cursor.fetchall() == [(True,)]


def test_a_connection_that_was_cut_while_idle_costs_no_webhook(door: Door, app: MetaApp) -> None:
    assert door.post(app).status == 200
    end_its_connection()
    assert door.post_all(app, numbered(5)) == [200] * 5
    assert len(stored()) == 6


def test_while_the_database_is_away_meta_is_asked_to_come_again(
    door: Door, app: MetaApp, line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    assert door.post(app).status == 200
    line.cut()
    assert door.post_all(app, numbered(40)) == [503] * 40
    refusals = [record for record in caplog.records if "webhook_refused" in str(record.msg)]
    failures = [record for record in caplog.records if "webhooks_not_stored" in str(record.msg)]
    assert len(refusals) == 40, "each is logged"
    assert len(failures) <= 3, "and the reason once for all that it concerned"
    line.mend()
    assert door.post_all(app, numbered(40)) == [200] * 40, "without a restart"
    assert len(stored()) == 41


def test_a_door_that_opens_while_the_database_is_away_opens_all_the_same(door: Door, app: MetaApp, line: Line) -> None:
    line.cut()
    assert door.post(app).status == 503
    assert door.ask("GET", app, query=hub()).status == 503
    line.mend()
    assert door.ask("GET", app, query=hub()).status == 200
    assert door.post(app).status == 200


def test_the_last_reading_of_an_app_holds_while_it_can_not_be_read_again(
    door: Door, app: MetaApp, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert door.post(app).status == 200
    monkeypatch.setattr(ingest, "APPS_CACHED_SECONDS", 0)
    line.cut()
    assert door.ask("GET", app, query=hub()).status == 200
    assert door.post(app, secret="wrong").status == 403
    assert door.post(app).status == 503


def test_a_database_that_says_nothing_is_given_up_in_time(
    door: Door, app: MetaApp, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "WRITE_SECONDS", 0.3)
    monkeypatch.setattr(psycopg.AsyncConnection, "_try_cancel", _never_heard)
    assert door.post(app).status == 200
    line.hold()
    assert door.post_all(app, numbered(3)) == [503] * 3
    line.mend()
    assert door.post_all(app, numbered(3)) == [200] * 3


async def _never_heard(*_args: Any, **_options: Any) -> None:
    """psycopg would ask the server to stop, for five seconds; nobody hears it."""
    raise OSError


def test_a_table_that_is_locked_is_waited_for_only_so_long(
    door: Door, app: MetaApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "WRITE_SECONDS", 0.3)
    assert door.post(app).status == 200
    with psycopg.connect(url_of("owner")) as another:
        another.execute("LOCK TABLE whatsapp_inboundevent IN ACCESS EXCLUSIVE MODE")
        begun = time.monotonic()
        assert door.post(app, b"[1]").status == 503
        assert time.monotonic() - begun < 3
        another.rollback()
    assert door.post(app, b"[2]").status == 200
    assert stored() == [BODY, b"[2]"]


# --- logs ---------------------------------------------------------------------------------------------------------


def test_every_refusal_is_logged_and_no_secret_is(
    door: Door, app: MetaApp, line: Line, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    body = b'{"text":"a-customer\'s-own-words"}'
    door.ask("GET", app, query=hub(token="a-wrong-token"))
    door.ask("GET", app, query=hub())
    door.post(app, body)
    door.post(app, body, secret="wrong")
    door.post(app, b"{a-customer's-own-words")
    door.post("nobodys")
    door.ask("PUT", app)
    monkeypatch.setitem(connections["default"].settings_dict, "PASSWORD", "the-database's-password")
    line.cut()
    door.post(app, body)
    text = logged(caplog)
    refusals = [record.msg for record in caplog.records if "webhook_refused" in str(record.msg)]
    assert [(told["status"], told["client"]) for told in refusals] == [  # type: ignore[index]
        (status, "203.0.113.7") for status in (403, 403, 400, 404, 405, 503)
    ]
    given = sign(body, SECRET), sign(body, "wrong")
    private = SECRET, NEXT_SECRET, VERIFY_TOKEN, "a-wrong-token", "own-words", "the-database's-password"
    for secret in (*private, *(each[-20:] for each in given)):
        assert secret not in text


# --- real servers -------------------------------------------------------------------------------------------------


def call(address: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
    where = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    try:
        where.request(method, path, body, headers, encode_chunked="Transfer-Encoding" in headers)
        answer = where.getresponse()
        return answer.status, answer.read()
    finally:
        where.close()


def post(address: str, app: MetaApp, body: bytes, **headers: str) -> int:
    signed = {"X-Hub-Signature-256": sign(body, SECRET), "Content-Type": "application/json"}
    return call(address, "POST", f"/webhooks/whatsapp/{app.key}/", body, **signed | headers)[0]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    running = Stack(tmp_path)
    yield running
    running.stop()


def check_the_door(address: str, app: MetaApp) -> None:
    path = f"/webhooks/whatsapp/{app.key}/"
    odd = rb'{"text":{"body":"\u0000 \ud83d"}}'
    assert call(address, "GET", f"{path}?{urlencode(hub())}") == (200, b"1158201444")
    assert call(address, "GET", f"{path}?{urlencode(hub(token='wrong'))}")[0] == 403
    assert [post(address, app, body) for body in (BODY, odd)] == [200, 200]
    assert post(address, app, BODY, **{"X-Hub-Signature-256": sign(BODY, "wrong")}) == 403
    assert post(address, app, b"nope") == 400
    assert call(address, "DELETE", path)[0] == 405
    assert call(address, "POST", "/webhooks/whatsapp/nobodys/", BODY)[0] == 404
    assert call(address, "POST", "/webhooks/whatsapp/%00/", BODY)[0] == 404
    assert post(address, app, b'"' + b"x" * LARGEST_BODY + b'"') == 413
    with suppress(ConnectionError):  # it may hang up while we go on talking
        chunked = (b"x" * 65_536 for _ in range(60))
        assert call(address, "POST", path, chunked, **{"Transfer-Encoding": "chunked"})[0] == 413
    assert stored() == [BODY, odd]


def test_through_uvicorn_as_in_production(stack: Stack, app: MetaApp) -> None:
    stack.start_ingest()
    check_the_door(stack.ingest, app)
    assert call(stack.ingest, "GET", "/api/v1/auth/me/")[0] == 404, "nothing else is behind this door"
    status, figures = call(stack.ingest, "GET", "/metrics")
    assert status == 200
    assert b'pytake_webhooks_answered_total{status="200"} 3.0' in figures
    for secret in (SECRET, VERIFY_TOKEN):
        assert secret not in stack.output()
    assert "webhook_refused" in stack.output()


def test_through_daphne_as_in_development(stack: Stack, app: MetaApp) -> None:
    stack.start_web()
    check_the_door(stack.web, app)
    assert call(stack.web, "GET", "/api/v1/auth/me/")[0] == 401, "the rest is Django's"


def test_all_that_was_acknowledged_is_there_though_the_process_is_killed_at_once(stack: Stack, app: MetaApp) -> None:
    stack.start_ingest()
    taken: list[bytes] = []

    def send(body: bytes) -> None:
        with suppress(OSError, http.client.HTTPException):
            if post(stack.ingest, app, body) == 200:
                taken.append(body)
                if len(taken) == 150:
                    stack.kill("ingest")

    bodies = numbered(600)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, bodies))
    found = stored()
    assert 150 <= len(taken) < 600
    assert set(taken) <= set(found)
    assert len(found) == len(set(found))
    assert set(found) <= set(bodies)


def test_a_running_server_recovers_by_itself(tmp_path: Path, app: MetaApp) -> None:
    with line_to_postgres() as line:
        stack = Stack(tmp_path, DATABASE_URL=line.url)
        try:
            stack.start_ingest()
            assert post(stack.ingest, app, BODY) == 200
            line.cut()
            assert post(stack.ingest, app, BODY) == 503
            line.mend()
            until(lambda: post(stack.ingest, app, BODY) == 200, f"it has recovered\n{stack.output()}", patience=30)
        finally:
            stack.stop()
    assert stored() == [BODY, BODY]
