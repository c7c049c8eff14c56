from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from apps.accounts.models import Organization, User
from apps.core.realtime import connection
from apps.messaging import consumers
from apps.messaging.models import Conversation
from apps.whatsapp.models import Number
from tests.conftest import make_app, make_conversation, make_member, make_number, token_of
from tests.messaging.sockets import Open, Tab
from tests.stack import Stack, call


@pytest.fixture
def stack(tmp_path: Path, db: None) -> Iterator[Stack]:
    """The simulator is up; web and worker are started by whoever needs them. Leases are short, so that tests are."""
    connection().flushall()
    running = Stack(tmp_path, SENDING_LEASE_SECONDS="3")
    running.start_simulator()
    fast = {"status_delay": [0.01, 0.2], "throughput": 5000, "pair_limit": False}
    call("PATCH", f"{running.simulator}/control/switches", fast)
    try:
        yield running
    finally:
        running.stop()
        cache.clear()


def connect(organization: Organization, stack: Stack, *, verify: bool = False, **values: object) -> Number:
    """A number of the organization's that lives in the simulator."""
    app = make_app(organization, graph_url=stack.simulator)
    number = make_number(organization, app=app, **values)
    told = {
        "waba_id": number.waba_id, "display_phone_number": "+55 11 4000-1234", "verified_name": "Padaria Aurora",
        "access_token": number.access_token, "app_id": "1", "app_secret": app.secret,
        "webhook_url": f"{stack.web}/webhooks/whatsapp/{app.key}/", "verify_token": app.verify_token, "verify": verify,
    }  # fmt: skip
    call("PUT", f"{stack.simulator}/control/numbers/{number.phone_number_id}", told)
    return number


@pytest.fixture
def nothing_is_pending() -> None:
    """No mark of an earlier test keeps a wake-up back."""
    cache.clear()


@pytest.fixture
def no_statuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sockets don't write down who is online, for tests that count the facts of the log; test_statuses is about it."""

    async def leave_it(*_: Any) -> None:
        return

    monkeypatch.setattr(consumers, "_record_status", leave_it)


@pytest.fixture
def token(agent: User, organization: Organization) -> str:
    return token_of(agent, organization)


@pytest.fixture
def other_token(organization: Organization) -> str:
    """A colleague's."""
    return token_of(make_member(organization, full_name="Bruno Dias"), organization)


@pytest.fixture
def conversation(organization: Organization) -> Conversation:
    return make_conversation(organization)


@pytest.fixture
async def open_tab() -> AsyncIterator[Open]:
    """Open tabs; `token` signs in. All are closed at the end, whatever happened to them."""
    async with AsyncExitStack() as closing:

        async def open_one(token: str = "", **given: Any) -> Tab:
            tab = await Tab(**given).open()
            closing.push_async_callback(tab.leave)
            if token:
                await tab.sign_in(token)
            return tab

        yield open_one


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    """Start the web process, with whatever environment."""
    started: list[Stack] = []

    def start(**environment: str) -> Stack:
        stack = Stack(tmp_path, **environment)
        started.append(stack)
        stack.start_web()
        return stack

    yield start
    for stack in started:
        stack.stop()
