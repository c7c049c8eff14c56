"""Celery carries wake-ups. What there is to do stands in the tables; a wake-up only says "look now"."""

import gc
import os
from collections.abc import Callable
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pytake.settings.dev")

app = Celery("pytake")
app.config_from_object("django.conf:settings", namespace="CELERY")
SWEEP_SECONDS = 5.0


@setup_logging.connect
def keep_djangos_logging(**_: Any) -> None:
    """Being connected is enough: Celery then leaves the logging that Django configured alone."""


@worker_process_init.connect
def look_only_at_what_is_new(**_: Any) -> None:
    """What is loaded by now stays; walking through it again and again took a sixth of a drain's time."""
    gc.collect()
    gc.freeze()


@app.on_after_finalize.connect
def register_tasks(sender: Any, **_: Any) -> None:
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from apps.core import wake

    for name in wake.names():
        sender.task(_entry(name), name=name)
    sender.task(sweep, name="core.sweep")
    sender.conf.task_routes = {name: {"queue": wake.queue_of(name)} for name in wake.names()}
    sender.conf.beat_schedule = {
        "sweep": {"task": "core.sweep", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    }


def _entry(name: str) -> Callable[[], None]:
    # A function and no functools.partial: Celery asks for its __name__.
    def run() -> None:
        from apps.core import wake

        wake.run(name)

    return run


def send(name: str, *, expires: float | None = None) -> None:
    """Wake a task in a worker: the settings' WAKE_TRANSPORT."""
    from apps.core import wake

    app.send_task(name, queue=wake.queue_of(name), expires=expires, retry=False)


def sweep() -> None:
    """Wake every task that is due, marks or no marks: what a lost wake-up left behind is found within seconds."""
    from apps.core import health, wake

    health.worker_is_alive()
    for name in wake.due():
        send(name, expires=SWEEP_SECONDS)
