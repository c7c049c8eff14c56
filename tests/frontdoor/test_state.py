"""What bin/dev keeps in var/ is private, whole, and belongs to this checkout alone."""

import json
import os
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from frontdoor import checkout, ports, postgres, state
from frontdoor.console import Failure


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(checkout, "VAR", tmp_path)
    for name in ("SHEET", "SECRETS", "PROCESSES", "LOCK"):
        monkeypatch.setattr(state, name, tmp_path / getattr(state, name).name)
    return tmp_path


def test_secrets_are_made_once_and_readable_by_their_owner_alone() -> None:
    made = state.Secrets.kept()
    assert state.Secrets.kept() == made
    assert stat.S_IMODE(state.SECRETS.stat().st_mode) == 0o600
    assert made.pytake_app != made.pytake_owner != made.postgres_superuser
    Fernet(made.encryption_key)  # refuses a malformed key


def test_a_secret_that_is_new_to_the_product_joins_those_that_are_kept() -> None:
    kept = json.loads(json.dumps(state.Secrets.kept().__dict__))
    del kept["valkey"]
    state.SECRETS.write_text(json.dumps(kept))
    again = state.Secrets.kept()
    assert again.secret_key == kept["secret_key"]
    assert again.valkey


def test_only_one_supervisor_holds_the_checkout() -> None:
    lock = state.take_lock()
    assert lock is not None
    assert state.take_lock() is None
    lock.close()
    assert state.take_lock() is not None


def test_running_processes_are_known_again_but_not_who_got_a_dead_ones_number(var: Path) -> None:
    state.remember_processes({"web": os.getpid()})
    assert set(state.remembered_processes()) == {"supervisor", "web"}
    known = json.loads(state.PROCESSES.read_text())
    known["processes"]["web"]["birth"] = "long ago"
    state.PROCESSES.write_text(json.dumps(known))
    assert set(state.remembered_processes()) == {"supervisor"}


def test_a_copied_checkout_leaves_the_originals_processes_alone(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state.remember_processes({"web": os.getpid()})
    monkeypatch.setattr(checkout, "VAR", var / "copy")
    assert state.remembered_processes() == {}
    assert state.supervisor() is None
    assert state.clear_left_overs() == []  # would have ended this very process


def test_a_taken_port_is_reported_with_the_way_to_change_it() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failure) as refusal:
            ports.demand(port, what="web", flag="--port", variable="PYTAKE_PORT")
    assert f"Port {port} for the web is taken by process {os.getpid()}" in str(refusal.value)
    assert "bin/dev --port" in str(refusal.value)
    assert "PYTAKE_PORT" in str(refusal.value)


@pytest.fixture
def cluster(tmp_path: Path) -> postgres.Cluster:
    data = tmp_path / "postgres"
    data.mkdir()
    passwords = postgres.Passwords("one", "two/with@signs", "three")
    return postgres.Cluster(data, Path("/run/x"), tmp_path / "log", passwords, bin=tmp_path)


def test_the_pid_file_of_a_copied_checkout_is_removed_and_its_server_left_alone(cluster: postgres.Cluster) -> None:
    pid_file = cluster.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n/elsewhere/postgres\n")
    cluster.clear_left_over()  # would end this very process if it took it for its own
    assert not pid_file.exists()


def test_the_pid_file_of_a_dead_server_whose_number_passed_on_is_removed(cluster: postgres.Cluster) -> None:
    pid_file = cluster.data / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{cluster.data}\n")
    cluster.clear_left_over()
    assert not pid_file.exists()


def test_addresses_of_the_database_survive_any_password_and_name_the_sockets_folder(cluster: postgres.Cluster) -> None:
    assert cluster.environment() == {
        "DATABASE_URL": "postgres://pytake_app:three@%2Frun%2Fx/pytake",
        "DATABASE_OWNER_URL": "postgres://pytake_owner:two%2Fwith%40signs@%2Frun%2Fx/pytake",
    }


def test_a_sockets_path_stays_under_the_107_bytes_that_a_unix_socket_may_have() -> None:
    longest = checkout.socket_folder(f"bench-{2**22}") / ".s.PGSQL.5432.lock"
    assert len(str(longest)) < 100


def test_a_folder_that_another_user_made_first_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(PermissionError):
        checkout.private_folder(tmp_path / "link")
