"""Work on many rows at once, without letting one bad row, or somebody else's locks, spoil it for the others."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog
from django.db import InterfaceError, OperationalError, transaction

R = TypeVar("R")
T = TypeVar("T")
DEADLOCK = "40P01"
ATTEMPTS = 4
logger = structlog.get_logger(__name__)


def in_halves(rows: Sequence[R], work: Callable[[Sequence[R]], None], refused: Callable[[R, Exception], None]) -> None:
    """Call `work(rows)`; where it fails, call it for each half, down to the culprit, which `refused()` is told of.

    Each call stands in a savepoint of its own, so that a failure leaves nothing behind.

    Raises:
        OperationalError, InterfaceError: the database is away or busy, which is no row's fault.
    """
    if not rows:
        return
    try:
        despite_deadlocks(lambda: work(rows))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(rows) == 1:
            logger.warning("row_refused", row=str(rows[0]), exc_info=True)
            refused(rows[0], error)
            return
        middle = len(rows) // 2
        in_halves(rows[:middle], work, refused)
        in_halves(rows[middle:], work, refused)


def despite_deadlocks(work: Callable[[], T]) -> T:
    """Call `work()` in a savepoint; where others hold rows that it needs, and need those that it holds, call it anew.

    Going back to the savepoint gives its rows free, so that the others go first. What was locked before stays locked.

    Raises:
        OperationalError: it met others each time, or the database is away or busy for another reason.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
                raise
            logger.info("deadlock", again=True)
    with transaction.atomic():
        return work()
