"""Tasks are woken by name. A wake-up carries no work: the work is in the tables, and may be found twice.

A wake-up may therefore be lost (broker down, process killed) or doubled without harm: beat's sweep wakes
every task every few seconds, and a task that finds nothing to do returns.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache

from django.conf import settings
from django.core.cache import cache as marks
from django.db import transaction
from django.utils.module_loading import import_string

Task = Callable[[], None]
LONGEST_PENDING = 60  # seconds after which a wake-up counts as lost
LONGEST_RUN = 20.0  # seconds after which a drain stops and wakes itself again, so that others get their turn
_tasks: dict[str, Task] = {}
_queues: dict[str, str] = {}
_every: dict[str, float] = {}
_in_task: ContextVar[bool] = ContextVar("a task is running", default=False)
logger = logging.getLogger(__name__)


def task(name: str, *, queue: str = "drain", every: float = 0) -> Callable[[Task], Task]:
    """Register a task, e.g. `@task("outbox.drain")`.

    Args:
        queue: `drain` for what people wait for, `slow` for media, mail and exports: each has workers of its own.
        every: seconds for which the sweep leaves it alone after it ran: for tidying, which nobody waits for.
    """

    def register(function: Task) -> Task:
        _tasks[name], _queues[name], _every[name] = function, queue, every
        return function

    return register


def names() -> list[str]:
    return list(_tasks)


def queue_of(name: str) -> str:
    return _queues[name]


def due() -> list[str]:
    """What the sweep wakes now."""
    return [name for name, every in _every.items() if not every or not marks.get(_ran(name))]


def wake(name: str) -> None:
    """Run the task soon after this transaction commits, never if it rolls back.

    Raises:
        KeyError: no such task. A typing error fails here and not in a worker at night.
    """
    _tasks[name]
    after_commit(_sender(name))


def now(name: str) -> None:
    """As `wake()`, for code that has no transaction of Django's: what it wrote is committed."""
    _sender(name)()


def drain(name: str, some: Callable[[], int]) -> None:
    """Call `some` until it finds nothing to do; after LONGEST_RUN stop, and wake the task again."""
    end = time.monotonic() + LONGEST_RUN
    while some():
        if time.monotonic() > end:
            wake(name)
            return


def after_commit(function: Callable[[], None]) -> None:
    """Call the function once after this transaction commits, however often it was asked for."""
    connection = transaction.get_connection()
    here = set(connection.savepoint_ids)  # a request inside a savepoint that may yet roll back doesn't count
    if not any(waiting is function and savepoints <= here for savepoints, waiting, _ in connection.run_on_commit):
        # robust: what is committed stays a success even when the broker is down; the sweep will come.
        transaction.on_commit(function, robust=True)


def run(name: str) -> None:
    """Run a task here and now: the transport of development and tests, and a worker's entry."""
    marks.delete(_mark(name))  # before the task looks: what is committed from now on wakes it again
    before = _in_task.set(True)
    try:
        _tasks[name]()
        if _every[name]:
            marks.set(_ran(name), True, _every[name])
    finally:
        _in_task.reset(before)


def in_task() -> bool:
    return _in_task.get()


def _mark(name: str) -> str:
    return f"pending:{name}"


def _ran(name: str) -> str:
    return f"ran:{name}"


@cache
def _sender(name: str) -> Callable[[], None]:
    # A function and no functools.partial: to log that one failed, Django asks for its __qualname__, and fails itself.
    def send() -> None:
        if marks.add(_mark(name), True, LONGEST_PENDING):  # one pending wake-up is enough for everybody
            try:
                import_string(settings.WAKE_TRANSPORT)(name)
            except Exception:
                marks.delete(_mark(name))
                raise

    return send
