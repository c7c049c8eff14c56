"""How wake-ups travel to workers."""

from typing import Any

import pytest
from django.core.cache import cache

from apps.core import health, wake
from pytake import celery

TIDYING = {"core.trim_log", "core.forget_old_keys", "accounts.forget_old_tokens"}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(celery.app, "send_task", lambda name, queue, **_: sent.append((name, queue)))
    return sent


def test_every_task_is_known_to_the_worker_under_its_name_and_queue() -> None:
    celery.app.finalize()
    for name in (*wake.names(), "core.sweep"):
        assert name in celery.app.tasks
        queue = "drain" if name == "core.sweep" else wake.queue_of(name)
        assert celery.app.amqp.router.route({}, name)["queue"].name == queue
    assert celery.app.conf.beat_schedule["sweep"]["task"] == "core.sweep"


def test_a_wake_up_goes_to_its_tasks_queue(sent: list[Any]) -> None:
    celery.send("core.number_log")
    celery.send("core.send_mail")
    assert sent == [("core.number_log", "drain"), ("core.send_mail", "slow")]


def test_the_sweep_wakes_all_that_is_due_and_shows_that_workers_live(sent: list[Any]) -> None:
    cache.clear()
    celery.sweep()
    assert {name for name, _ in sent} == set(wake.names()) >= TIDYING
    assert cache.get(health._HEARTBEAT)
