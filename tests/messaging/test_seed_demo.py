"""The demo organization: made once, wired to a real simulator, found as it was the next time."""

import asyncio
import json
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from django.core.management import CommandError, call_command
from pytest_django import Settings

from apps.accounts import services as accounts
from apps.accounts.models import Organization, User
from apps.core.tenancy import all_organizations
from apps.simulator.server import make_app as make_simulator
from apps.simulator.world import World, make_world
from apps.whatsapp.models import MetaApp, Number
from apps.whatsapp.services import numbers
from tests.conftest import commits


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A simulator on a port of its own, where SIMULATOR_URL says."""
    monkeypatch.delenv("PYTAKE_ENV", raising=False)
    ready, found = threading.Event(), list[Any]()

    async def serve() -> None:
        world = make_world(tmp_path / "simulator.sqlite3", seed=7)
        runner = web.AppRunner(make_simulator(world), shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        stop = asyncio.Event()
        found.extend([world, asyncio.get_running_loop(), stop, runner.addresses[0][1]])
        ready.set()
        await stop.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(10)
    world, loop, stop, port = found
    monkeypatch.setenv("SIMULATOR_URL", f"http://127.0.0.1:{port}")
    yield world
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)


def seed() -> dict[str, Any]:
    out = StringIO()
    call_command("seed_demo", stdout=out, stderr=StringIO())
    return dict(json.loads(out.getvalue()))


@commits
def test_a_seeded_number_works_at_the_simulator(simulator: World) -> None:
    sheet = seed()
    known = simulator.numbers.get(sheet["number"]["phone_number_id"])
    assert known is not None
    assert (known.app_secret, known.access_token) == (sheet["number"]["app_secret"], sheet["number"]["access_token"])
    assert known.webhook_url.endswith(sheet["number"]["webhook_path"])
    with all_organizations("look"):
        number = Number.objects.across_organizations().get(pk=sheet["number"]["id"])
        assert number.status == "connected"
        assert numbers.test_number(number=number).status_detail == ""


@commits
def test_everybody_of_the_demo_can_sign_in(simulator: World) -> None:
    sheet = seed()
    roles = [
        accounts.login(**login, client=accounts.Client())["user"]["role"] for login in (sheet["demo"], *sheet["agents"])
    ]
    assert roles == ["owner", "agent", "agent"]
    assert not User.objects.filter(email_verified_at=None).exists(), "nobody reads a mail that is sent there"
    assert User.objects.by_email("demo@pytake.localhost").is_superuser  # type: ignore[union-attr]
    assert not User.objects.by_email("ana@pytake.localhost").is_staff  # type: ignore[union-attr]


@commits
def test_seeding_again_changes_nothing_but_a_lost_password(simulator: World) -> None:
    first = seed()
    user = User.objects.by_email("ana@pytake.localhost")
    assert user is not None
    user.set_password("forgotten")
    user.save()
    assert seed() == first
    assert accounts.login(**first["agents"][0], client=accounts.Client())
    with all_organizations("count"):
        assert Organization.objects.count() == MetaApp.objects.across_organizations().count() == 1


@commits
def test_a_simulator_that_moved_is_found(simulator: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SIMULATOR_URL")
    seed()
    with all_organizations("look"):
        assert MetaApp.objects.across_organizations().get().graph_url == ""
    monkeypatch.setenv("SIMULATOR_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("apps.messaging.management.commands.seed_demo.PATIENCE", 0.1)
    seed()
    with all_organizations("look"):
        assert MetaApp.objects.across_organizations().get().graph_url == "http://127.0.0.1:9"


def test_production_has_no_demo(settings: Settings) -> None:
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="production"):
        seed()
