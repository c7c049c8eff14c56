"""The real bin/dev, from nothing to a stop, beside whatever else runs on this machine."""

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from frontdoor.ports import free_port
from frontdoor.processes import birth_of

DEV = Path(__file__).parents[2] / "bin" / "dev"
NOT_OURS = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "MEDIA_ROOT", "DJANGO_SETTINGS_MODULE"}
NAMES = {"web", "worker-drain", "worker-slow", "beat", "simulator", "postgres", "valkey"}


class FrontDoor:
    """bin/dev with a var/ and ports of its own."""

    def __init__(self, var: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        ports = {"PYTAKE_PORT": str(free_port()), "PYTAKE_SIMULATOR_PORT": str(free_port())}
        self.environment = kept | ports | {"PYTAKE_VAR": str(var)}
        self.var = var

    def run(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run([DEV, *arguments], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def sheet(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("--status", "--json"))
        return found


@pytest.fixture
def front_door(tmp_path: Path) -> Iterator[FrontDoor]:
    front_door = FrontDoor(tmp_path / "var")
    yield front_door
    front_door.run("--stop", "--reset")


def status_of(address: str, path: str) -> int:
    line = http.client.HTTPConnection(address.removeprefix("http://"), timeout=5)
    try:
        line.request("GET", path)
        return line.getresponse().status
    finally:
        line.close()


def wait_for_another(front_door: FrontDoor, name: str, old: int) -> None:
    deadline = time.monotonic() + 30
    while front_door.sheet()["processes"][name] == old:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.timeout(300)
def test_from_an_empty_folder_through_kills_and_restarts_to_a_clean_end(front_door: FrontDoor) -> None:
    front_door.run("--status", code=1)
    assert "Seeding the demo organization" in front_door.run("--detach")

    sheet = front_door.sheet()
    assert set(sheet["processes"]) == NAMES
    assert sheet["processes"]["beat"] == sheet["processes"]["worker-drain"]
    assert set(sheet["number"]) >= {"phone_number_id", "waba_id", "app_secret", "verify_token", "webhook_url"}
    assert set(sheet["demo"]) == {"email", "password"}
    assert sheet["web"].startswith("http://localhost:"), "passkeys are bound to a name"
    assert status_of(sheet["web"], "/health/live") == 200
    assert status_of(sheet["simulator"], "/control/state") == 200
    assert_only_loopback(set(sheet["processes"].values()))

    assert "already runs" in front_door.run("--detach")
    assert "already runs" in front_door.run(code=1)

    os.kill(sheet["processes"]["web"], signal.SIGKILL)
    wait_for_another(front_door, "web", sheet["processes"]["web"])
    assert "web was killed by SIGKILL; starting it again" in (front_door.var / "log" / "dev.log").read_text()
    assert (front_door.var / "log" / "seed_demo.log").stat().st_mode & 0o077 == 0, "it has the number's secrets"

    everyone = set(front_door.sheet()["processes"].values())
    front_door.run("--stop")
    assert [pid for pid in everyone if birth_of(pid)] == []

    again = front_door.run("--detach")
    assert "Migrating" not in again
    assert "Seeding" not in again
    assert front_door.sheet()["number"] == sheet["number"]

    everyone = set(front_door.sheet()["processes"].values())
    os.kill(
        json.loads((front_door.var / "processes.json").read_text())["processes"]["supervisor"]["pid"], signal.SIGKILL
    )
    front_door.run("--detach")
    assert [pid for pid in everyone if birth_of(pid)] == []


def assert_only_loopback(pids: set[int]) -> None:
    """Whatever these processes or their children listen on, it is 127.0.0.1."""
    if not Path("/proc/net/tcp").exists():
        return
    ours = {os.readlink(link) for pid in pids for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for fields in map(str.split, Path(table).read_text().splitlines()[1:]):
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in ours:
                assert fields[1].startswith("0100007F:"), fields[1]
