"""Is this installation well? `/health/live` and `/health/ready`."""

import time

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse

_HEARTBEAT = "workers:heartbeat"
STALE_SECONDS = 30


def worker_is_alive() -> None:
    """Beat's sweep says this every few seconds: beat, broker and a worker all work."""
    cache.set(_HEARTBEAT, time.time(), timeout=None)


def live(_request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"status": "ok"})


def ready(_request: HttpRequest) -> JsonResponse:
    """Database, Redis and workers answer. Says which does not, and nothing about why: that is in the logs."""
    checks = {"database": _database(), "redis": False, "workers": False}
    try:
        beat = cache.get(_HEARTBEAT)
        checks |= {"redis": True, "workers": beat is not None and time.time() - beat < STALE_SECONDS}
    except Exception:  # whatever a client library raises, Redis is not well
        checks["redis"] = False
    well = all(checks.values())
    return JsonResponse({"status": "ok" if well else "unwell", "checks": checks}, status=200 if well else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # as above
        return False
    return True
