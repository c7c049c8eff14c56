"""What processes tell each other in passing, and what happens when nobody carries it."""

import time
from typing import Any
from uuid import uuid4

import pytest
import redis
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import get_channel_layer
from django.core.cache import cache

from apps.core import realtime
from apps.core.realtime import LOG_GREW, connection, log_grew, online_users, presence_key, tell_group
from tests.conftest import commits, make_organization
from tests.core.test_log import open_and_commit, seen_by_number


class NoRedis:
    def __getattr__(self, _: str) -> Any:
        def fail(*_: Any, **__: Any) -> Any:
            raise redis.ConnectionError("refused")

        return fail


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()  # no mark of an earlier test keeps a wake-up back
    monkeypatch.setattr(realtime, "connection", NoRedis)


def test_readers_hear_which_organizations_logs_grew() -> None:
    hearing = connection().pubsub(ignore_subscribe_messages=True)
    hearing.subscribe(LOG_GREW)
    hearing.get_message(timeout=1)
    organization_ids = [uuid4(), uuid4()]
    log_grew(organization_ids)
    heard = [hearing.get_message(timeout=1) for _ in range(2)]
    hearing.close()
    assert [message["data"].decode() for message in heard if message] == [str(each) for each in organization_ids]


def test_who_was_not_seen_for_a_minute_is_offline() -> None:
    organization_id, now = uuid4(), time.time()
    key = presence_key(organization_id)
    connection().zadd(key, {"ana one": now, "ana two": now, "bruno one": now - realtime.PRESENCE_SECONDS - 1})
    assert online_users(organization_id) == {"ana"}
    assert online_users(uuid4()) == frozenset()
    connection().delete(key)


def test_a_group_is_told_from_code_that_is_not_async() -> None:
    layer: Any = get_channel_layer()

    async def hear() -> Any:
        channel = await layer.new_channel()
        await layer.group_add("session.1", channel)
        await sync_to_async(tell_group)("session.1", {"type": "access.ended", "code": "signed_out"})
        return await layer.receive(channel)

    assert async_to_sync(hear)() == {"type": "access.ended", "code": "signed_out"}


@commits
def test_without_redis_what_was_committed_stays_and_readers_find_it_by_themselves(no_redis: None) -> None:
    organization = make_organization()
    open_and_commit(organization, "front")
    assert seen_by_number(0, organization) == ["front"]
    assert online_users(organization.pk) == frozenset()


def test_a_group_that_cannot_be_told_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        async def group_send(self, *_: Any) -> None:
            raise redis.ConnectionError("refused")

    monkeypatch.setattr(realtime, "get_channel_layer", Broken)
    tell_group("session.1", {"type": "access.ended", "code": "signed_out"})
