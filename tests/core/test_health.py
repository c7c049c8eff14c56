"""Is it well, and what does it count?"""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.core import health
from apps.core.health import worker_is_alive


def test_a_process_that_answers_is_alive(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}


def test_an_installation_is_ready_when_database_redis_and_workers_answer(client: Client, db: None) -> None:
    worker_is_alive()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (
        200, {"status": "ok", "checks": {"database": True, "redis": True, "workers": True}}
    )  # fmt: skip


@pytest.mark.parametrize("last_seen", [None, health.STALE_SECONDS + 1])
def test_without_a_workers_sign_of_life_it_is_not(client: Client, db: None, last_seen: float | None) -> None:
    cache.delete(health._HEARTBEAT)
    if last_seen:
        cache.set(health._HEARTBEAT, time.time() - last_seen)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": True, "redis": True, "workers": False}


def fail(*_: Any) -> None:
    raise OSError("postgres://pytake_app:secret@db/ does not answer")


def test_what_does_not_answer_is_named_and_why_is_not(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker_is_alive()
    monkeypatch.setattr(health, "connection", SimpleNamespace(cursor=fail))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, False)
    assert b"secret" not in answer.content


def test_without_redis_it_is_not_ready(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "cache", SimpleNamespace(get=fail))
    assert client.get("/health/ready").json()["checks"] == {"database": True, "redis": False, "workers": False}


def test_prometheus_finds_what_it_counts(client: Client) -> None:
    client.get("/health/live")
    metrics = client.get("/metrics").content.decode()
    assert 'django_http_requests_total_by_method_total{method="GET"}' in metrics
