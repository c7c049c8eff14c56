"""What goes wrong or takes long with one message holds up no other."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, OperationalError
from django.utils import timezone
from redis import RedisError

from apps.core import ratelimits
from apps.core.realtime import connection
from apps.core.tenancy import organization_scope
from apps.messaging import outbox, sender
from apps.messaging.models import Message, OutboxAction
from apps.messaging.sender import Sender
from apps.whatsapp.models import Number
from apps.whatsapp.providers import Accepted, Done
from apps.whatsapp.providers.cloud import CloudClient
from apps.whatsapp.services import media
from tests.conftest import commits, make, make_conversation, make_media, make_message, make_number, make_organization


class Provider:
    """Takes every message at once, but for those whose text says how long they need."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def send(self, _phone_number_id: str, _token: str, body: Mapping[str, Any]) -> Accepted:
        text = body.get("text", {}).get("body", "")
        if text == "slow":
            await until(lambda: "late" in self.taken)
        self.taken.append(text)
        return Accepted(f"wamid.{len(self.taken)}.{time.monotonic_ns()}")


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    connection().flushdb()
    provider = Provider()
    monkeypatch.setattr(CloudClient, "send", lambda _, *told: provider.send(*told))
    return provider


@pytest.fixture
def number(db: None) -> Number:
    return make_number(make_organization(), messages_per_second=5)  # one message is claimed ahead


async def until(true: Callable[[], Any], *, patience: float = 30) -> None:
    end = time.monotonic() + patience
    while not true() and time.monotonic() < end:
        await asyncio.sleep(0.01)


async def write(number: Number, text: str) -> None:
    await sender._in_database(lambda: queue(number, text))


def queue(number: Number, text: str = "Oi", **more: Any) -> Message:
    conversation = make_conversation(number.organization, number=number)
    return make_message(number.organization, conversation=conversation, direction="outbound", text=text, **more)


def status_of(message: Message) -> str:
    with organization_scope(message.organization_id):
        return Message.objects.in_scope().get(pk=message.pk).status


def drain(seconds: float = 5) -> bool:
    return asyncio.run(Sender().run(seconds=seconds))


@commits
def test_an_answer_leaves_while_a_read_receipt_hangs(
    provider: Provider, number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[bool] = []

    async def hangs(*_: Any, **__: Any) -> Done:
        await write(number, "late")
        await until(lambda: "late" in provider.taken)
        left.append("late" in provider.taken)
        return Done()

    monkeypatch.setattr(CloudClient, "mark_read", hangs)
    later = timezone.now() + timedelta(minutes=1)
    make(OutboxAction, number.organization, number=number, wamid="wamid.1", expires_at=later)
    drain()
    assert left == [True]


@commits
def test_an_answer_leaves_while_another_ones_hangs_though_the_senders_time_is_over(
    provider: Provider, number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "SLOW", 0.1)
    hanging = queue(number, "slow")

    async def beside() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(Sender().run(seconds=0.3))
            await asyncio.sleep(0.5)
            await write(number, "late")

    asyncio.run(beside())
    assert provider.taken == ["late", "slow"]
    assert status_of(hanging) == "accepted"


@commits
def test_an_answer_leaves_while_files_are_on_their_way(
    provider: Provider, number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def upload(**_: Any) -> str:
        await until(lambda: "late" in provider.taken)
        return "31"

    monkeypatch.setattr(media, "uploaded_id_for", upload)
    pictures = [queue(number, type="image", media=make_media(number.organization), lane=2) for _ in range(3)]
    queue(number, "late", lane=2)
    drain()
    assert provider.taken[0] == "late"
    assert [status_of(each) for each in pictures] == ["accepted"] * 3


@commits
def test_agents_answers_take_their_turn_before_bulk_that_was_claimed_before(provider: Provider) -> None:
    number = make_number(make_organization(), messages_per_second=20)
    for n in range(8):
        queue(number, f"bulk {n}", lane=2)

    async def beside() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(Sender().run(seconds=5))
            await until(lambda: provider.taken)
            await write(number, "agent")

    asyncio.run(beside())
    assert provider.taken.index("agent") <= 4
    bulk = [text for text in provider.taken if text != "agent"]
    assert bulk == [f"bulk {n}" for n in range(8)]


@commits
def test_what_is_under_way_is_written_down_though_the_database_or_redis_stumbles(
    provider: Provider, number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = [queue(number, str(n)) for n in range(4)]
    stumbles(monkeypatch, outbox, "settle", OperationalError("canceling statement due to lock timeout"), at=1)
    stumbles(monkeypatch, outbox, "claim", OperationalError("canceling statement due to lock timeout"), at=2)
    stumbles(monkeypatch, ratelimits, "take_turns", RedisError("Timeout reading from socket"), at=2)
    monkeypatch.setattr(sender, "WITHOUT_REDIS", 0.1)
    for _ in range(3):
        drain()
        time.sleep(0.1)
    assert [status_of(each) for each in messages] == ["accepted"] * 4
    assert sorted(provider.taken) == ["0", "1", "2", "3"], "none went twice"


@commits
def test_an_answer_that_cannot_be_written_down_leaves_the_others_their_own(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = make_number(make_organization(), messages_per_second=1000)
    messages = [queue(number, str(n)) for n in range(4)]
    culprit, settle = messages[2].pk, outbox._settle

    def refuse(message: Message, *told: Any) -> None:
        if message.pk == culprit:
            raise DataError("value too long")
        settle(message, *told)

    monkeypatch.setattr(outbox, "_settle", refuse)
    drain()
    assert [status_of(each) for each in messages] == ["accepted", "accepted", "sending", "accepted"]


def stumbles(monkeypatch: pytest.MonkeyPatch, room: Any, name: str, error: Exception, *, at: int) -> None:
    """The n-th call fails, and no other."""
    works, calls = getattr(room, name), [0]

    def call(*told: Any, **named: Any) -> Any:
        calls[0] += 1
        if calls[0] == at:
            raise error
        return works(*told, **named)

    monkeypatch.setattr(room, name, call)
