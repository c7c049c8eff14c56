"""What bin/dev remembers in var/: secrets, running processes, and the sheet of addresses that --status shows."""

import base64
import fcntl
import json
import os
import secrets
import signal
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

from frontdoor import checkout
from frontdoor.processes import Identity, end_all

SHEET = checkout.VAR / "dev.json"
SECRETS = checkout.VAR / "secrets.json"
ENVIRONMENT = checkout.VAR / "environment.json"
PROCESSES = checkout.VAR / "processes.json"
LOCK = checkout.VAR / "supervisor.lock"


def write_privately(path: Path, text: str) -> None:
    """Whole or not at all, readable by its owner alone."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    unfinished.rename(path)


def read_json(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found


@dataclass(frozen=True)
class Secrets:
    """Made once for a checkout (or once for a run of the tests)."""

    secret_key: str
    encryption_key: str
    postgres_superuser: str
    pytake_owner: str
    pytake_app: str
    valkey: str

    @classmethod
    def new(cls) -> "Secrets":
        made = {field.name: secrets.token_urlsafe(32) for field in fields(cls)}
        made["encryption_key"] = base64.urlsafe_b64encode(os.urandom(32)).decode()  # as Fernet wants it
        return cls(**made)

    @classmethod
    def kept(cls) -> "Secrets":
        known = {**asdict(cls.new()), **read_json(SECRETS)}
        kept = cls(**{field.name: known[field.name] for field in fields(cls)})
        if asdict(kept) != read_json(SECRETS):
            write_privately(SECRETS, json.dumps(asdict(kept), indent=2) + "\n")
        return kept

    def environment(self) -> dict[str, str]:
        return {"SECRET_KEY": self.secret_key, "ENCRYPTION_KEYS": self.encryption_key}


def take_lock() -> IO[str] | None:
    """Held by the one supervisor of this checkout for as long as it lives; None if another one has it."""
    checkout.VAR.mkdir(exist_ok=True)
    lock = LOCK.open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def remember_processes(pids: dict[str, int]) -> None:
    """Supervisor and children with their births, so that a later start knows again what a killed one left."""
    known = {name: Identity.of(pid) for name, pid in {"supervisor": os.getpid(), **pids}.items()}
    rows = {name: asdict(identity) for name, identity in known.items() if identity}
    write_privately(PROCESSES, json.dumps({"of": str(checkout.VAR), "processes": rows}, indent=2) + "\n")


def remembered_processes() -> dict[str, Identity]:
    known = read_json(PROCESSES)
    if known.get("of") != str(checkout.VAR):  # a copied checkout brings the original's record along
        return {}
    rows = {name: Identity(**row) for name, row in known["processes"].items()}
    return {name: identity for name, identity in rows.items() if identity.is_alive()}


def supervisor() -> Identity | None:
    """The supervisor of this checkout, if it is alive."""
    return remembered_processes().get("supervisor")


def clear_left_overs() -> list[str]:
    """End what a killed supervisor left, the servers last; returns the names. Only for the holder of the lock."""
    left = {name: identity for name, identity in remembered_processes().items() if name != "supervisor"}
    postgres = left.pop("postgres", None)
    valkey = left.pop("valkey", None)
    _end(list(left.values()), signal.SIGTERM)
    _end([valkey] if valkey else [], signal.SIGTERM)
    _end([postgres] if postgres else [], signal.SIGINT)
    names = [*left, *(["valkey"] if valkey else []), *(["postgres"] if postgres else [])]
    PROCESSES.unlink(missing_ok=True)
    SHEET.unlink(missing_ok=True)
    return names


def _end(found: list[Identity], wanted: signal.Signals) -> None:
    end_all({identity.pid: identity.is_gone for identity in found}, wanted, grace=20)
