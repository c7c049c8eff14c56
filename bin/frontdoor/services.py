"""The two servers that everything stands on: embedded ones, or those that the environment names."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from frontdoor import checkout, ports
from frontdoor.console import Failure
from frontdoor.environment import PYTHON
from frontdoor.postgres import FORGETFUL, Cluster, Passwords
from frontdoor.processes import Identity
from frontdoor.state import Secrets, write_privately
from frontdoor.supervisor import Program, Supervisor
from frontdoor.valkey import Valkey

POINTER = checkout.VAR / "postgres-data"
VALKEY_PORT = checkout.VAR / "valkey-port"
OLDEST_POSTGRES = 18
CHECK_SERVER = """
import os, sys, psycopg
from urllib.parse import urlsplit
for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
    with psycopg.connect(os.environ[name], connect_timeout=10) as connection:
        version = connection.info.server_version // 10000
        if version < int(sys.argv[1]):
            sys.exit(f"{name} names a PostgreSQL {version}; PyTake needs {sys.argv[1]} or newer (uuidv7).")
"""


@dataclass
class Services:
    """What the children's environment has to say, and the programs to run for it (none for outside servers)."""

    environment: dict[str, str]
    postgres: Cluster | None = None
    valkey: Valkey | None = None
    programs: list[Program] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def launch(self, supervisor: Supervisor) -> None:
        """Start the servers, and see that roles and database are there."""
        if self.postgres and not self.postgres.exists():
            self.postgres.create()
        for program in self.programs:
            supervisor.launch(program)
        supervisor.wait_until_ready(self.programs, seconds=120)
        if self.postgres:
            self.postgres.prepare()


def for_development(secrets: Secrets) -> Services:
    services = Services(environment=dict(secrets.environment()))
    if "DATABASE_URL" in os.environ:
        services.environment |= _outside_database()
        services.told.append("PostgreSQL: the one that DATABASE_URL names")
    else:
        cluster = Cluster(
            data=_kept_data_folder(),
            sockets=checkout.private_folder(checkout.socket_folder("dev")),
            log=checkout.LOG / "postgres.log",
            passwords=Passwords(secrets.postgres_superuser, secrets.pytake_owner, secrets.pytake_app),
        )
        services.postgres = cluster
        services.environment |= cluster.environment()
        services.programs.append(postgres_program(cluster))
    if "REDIS_URL" in os.environ:
        services.environment["REDIS_URL"] = os.environ["REDIS_URL"]
        services.told.append("Valkey: the one that REDIS_URL names")
    else:
        services.valkey = Valkey(_kept_valkey_port(), secrets.valkey, checkout.LOG / "valkey.log")
        services.environment["REDIS_URL"] = services.valkey.url
        services.programs.append(valkey_program(services.valkey))
    return services


def postgres_program(cluster: Cluster) -> Program:
    return Program("postgres", cluster.start, cluster.log, cluster.is_ready, stop_signal=signal.SIGINT, grace=60)


def valkey_program(valkey: Valkey, name: str = "valkey") -> Program:
    return Program(name, valkey.start, valkey.log, lambda _: valkey.is_ready(), grace=10)


def _outside_database() -> dict[str, str]:
    if "DATABASE_OWNER_URL" not in os.environ:
        raise Failure(
            "DATABASE_URL is set, DATABASE_OWNER_URL is not. The product runs as the role pytake_app and migrates as\n"
            "pytake_owner: let a superuser run deploy/roles.sql once, then name both. Or unset DATABASE_URL."
        )
    named = {name: os.environ[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    checked = subprocess.run(
        [PYTHON, "-c", CHECK_SERVER, str(OLDEST_POSTGRES)], capture_output=True, text=True, env=os.environ, check=False
    )
    if checked.returncode:
        raise Failure(f"The database that DATABASE_URL names can't be used:\n{checked.stderr.strip().splitlines()[-1]}")
    return named


def _kept_data_folder() -> Path:
    """As root outside of the checkout, where PostgreSQL's user gets at it; var/postgres-data says where."""
    if not checkout.AS_ROOT:
        data = checkout.VAR / "postgres"
    else:
        data = checkout.ROOT_DATA / checkout.KEY / "postgres"
        data.parent.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        checkout.private_folder(data.parent)
        (data.parent / "checkout").write_text(f"{checkout.VAR}\n")
    POINTER.write_text(f"{data}\n")
    return data


def forget_data() -> None:
    """Everything that bin/dev has made in and for this checkout, logs excepted."""
    if checkout.AS_ROOT:
        shutil.rmtree(checkout.ROOT_DATA / checkout.KEY, ignore_errors=True)
    shutil.rmtree(checkout.socket_folder("dev"), ignore_errors=True)
    for path in checkout.VAR.iterdir() if checkout.VAR.exists() else ():
        if path.name in {"log", "supervisor.lock"}:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _kept_valkey_port() -> int:
    """The same one as last time if it is still free."""
    try:
        port = int(VALKEY_PORT.read_text())
    except (FileNotFoundError, ValueError):
        port = 0
    if not port or not ports.is_free(port):
        port = ports.free_port()
        VALKEY_PORT.write_text(f"{port}\n")
    return port


@contextmanager
def for_one_run(purpose: str, *, durable: bool, workers: int = 0) -> Iterator[Services]:
    """Servers of their own for a run of the tests or of a bench, gone with it.

    `workers`: so many Valkeys more, one for each process of the tests, which empty theirs.
    Without `durable` PostgreSQL forgets what a crash of the machine would cost, and is that much faster.
    """
    secrets = Secrets.new()
    with _scratch_folder(purpose, durable=durable) as scratch:
        cluster = Cluster(
            data=scratch / "postgres",
            sockets=checkout.private_folder(checkout.socket_folder(f"{purpose}-{os.getpid()}")),
            log=checkout.LOG / f"{purpose}-postgres.log",
            passwords=Passwords(secrets.postgres_superuser, secrets.pytake_owner, secrets.pytake_app),
            settings=() if durable else FORGETFUL,
        )
        valkey = Valkey(ports.free_port(), secrets.valkey, checkout.LOG / f"{purpose}-valkey.log")
        more = [
            Valkey(ports.free_port(), secrets.valkey, checkout.LOG / f"{purpose}-valkey-{number}.log")
            for number in range(workers)
        ]
        for log in (cluster.log, *(each.log for each in (valkey, *more))):
            log.unlink(missing_ok=True)
        environment = {
            **secrets.environment(),
            **cluster.environment(),
            "DATABASE_SUPERUSER_URL": cluster.superuser_url(),
            "REDIS_URL": valkey.url,
            "MEDIA_ROOT": str(scratch / "media"),
            "PYTAKE_POSTGRES_BIN": str(cluster.bin),
            **{f"REDIS_URL_gw{number}": each.url for number, each in enumerate(more)},
        }
        programs = [postgres_program(cluster), valkey_program(valkey)]
        programs += [valkey_program(each, each.log.stem) for each in more]
        try:
            yield Services(environment, cluster, valkey, programs)
        finally:
            shutil.rmtree(cluster.sockets, ignore_errors=True)


@contextmanager
def _scratch_folder(purpose: str, *, durable: bool) -> Iterator[Path]:
    """On a real disk when it is about durability; a memory file system may do otherwise."""
    parent = Path(tempfile.gettempdir())
    if durable:
        parent = checkout.ROOT_DATA if checkout.AS_ROOT else checkout.VAR
        parent.mkdir(parents=True, exist_ok=True)
    prefix = f"pytake-{purpose}-{checkout.KEY}-"
    for left in parent.glob(f"{prefix}*"):
        _sweep(left)
    scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    checkout.give_to_server(scratch)
    ours = Identity.of(os.getpid())
    write_privately(scratch / "owner", f"{ours.pid} {ours.birth}" if ours else "")
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _sweep(left: Path) -> None:
    """Clear away the folder of a run that was killed, its server included; leave one that still goes on."""
    try:
        pid, _, birth = (left / "owner").read_text().partition(" ")
    except OSError:
        return
    if pid and Identity(int(pid), birth).is_alive():
        return
    Cluster(left / "postgres", left, left / "log", Passwords("", "", "")).clear_left_over()
    shutil.rmtree(checkout.socket_folder(f"{left.name.split('-')[1]}-{pid}"), ignore_errors=True)
    shutil.rmtree(left, ignore_errors=True)
