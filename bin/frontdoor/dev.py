"""bin/dev: the whole product on this machine, on one command."""

import argparse
import contextlib
import hashlib
import http.client
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdoor import checkout, environment, ports, services, state, webapp
from frontdoor.console import Failure, last_lines, say, step
from frontdoor.environment import PYTHON
from frontdoor.postgres import Cluster
from frontdoor.processes import Identity, end_all, spawn, without_libpq
from frontdoor.supervisor import Program, Stopped, StopRequest, Supervisor

DEMO = checkout.VAR / "demo.json"
DETACHED_LOG = checkout.LOG / "dev.log"
LONG_LOG = 20_000_000
STOP_SECONDS = 90


def main(arguments: list[str]) -> int:
    options = _parse(arguments)
    if options.environment:
        return show_environment()
    if options.status:
        return show_status(as_json=options.json)
    if options.reset:
        _refuse_reset_of_outside_database()
    if options.stop:
        return stop(forget=options.reset)
    if options.reset:
        stop(quietly=True)
    if options.detach:
        return _detach(options)
    return Development(options).run()


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/dev",
        description="Set up and run PyTake on this machine: database, broker, web, workers and WhatsApp simulator. "
        "Data is kept in var/ between starts. Ctrl-C stops everything.",
        epilog="DATABASE_URL (with DATABASE_OWNER_URL) and REDIS_URL, if set, replace the embedded servers.",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--detach", action="store_true", help="run in the background; returns when everything is ready")
    what.add_argument("--stop", action="store_true", help="stop what runs from this checkout")
    what.add_argument("--status", action="store_true", help="show what runs, where, and the demo logins")
    what.add_argument("--environment", action="store_true", help="print the processes' environment, for a shell")
    parser.add_argument("--json", action="store_true", help="with --status: as one JSON object")
    parser.add_argument("--reset", action="store_true", help="begin anew: forget all data (with --stop: only that)")
    parser.add_argument("--port", type=int, default=_port("PYTAKE_PORT", 8000), help="of the web (PYTAKE_PORT, 8000)")
    parser.add_argument(
        "--simulator-port",
        type=int,
        default=_port("PYTAKE_SIMULATOR_PORT", 8001),
        help="of the simulator (PYTAKE_SIMULATOR_PORT, 8001)",
    )
    parser.add_argument("--report-to", type=int, help=argparse.SUPPRESS)  # --detach's file descriptor for "ready"
    options = parser.parse_args(arguments)
    if options.port == options.simulator_port:
        parser.error("--port and --simulator-port are the same")
    return options


def _port(variable: str, otherwise: int) -> int:
    try:
        return int(os.environ.get(variable) or otherwise)
    except ValueError:
        raise Failure(f"{variable} is not a number: {os.environ[variable]}") from None


def show_status(*, as_json: bool) -> int:
    sheet = state.read_json(state.SHEET)
    running = state.supervisor() is not None and bool(sheet)
    if as_json:
        say(json.dumps(sheet if running else {"processes": {}}, indent=2))
    elif running:
        say(_poster(sheet))
        say("\n".join(f"  {name:14} pid {pid}" for name, pid in sheet["processes"].items()))
    else:
        what = "is starting" if state.supervisor() else "is not running"
        left = ", ".join(sorted(state.remembered_processes().keys() - {"supervisor"})) if not state.supervisor() else ""
        say(f"PyTake {what}." + (f" Left over from a killed run: {left}; `bin/dev --stop` ends them." if left else ""))
    return 0 if running else 1


def show_environment() -> int:
    variables = state.read_json(state.ENVIRONMENT)
    if not variables:
        raise Failure("There is none yet: start bin/dev first.")
    say("\n".join(f"export {name}={shlex.quote(value)}" for name, value in sorted(variables.items())))
    return 0


def stop(*, quietly: bool = False, forget: bool = False) -> int:
    running = state.supervisor()
    if running:
        _ask_to_stop(running)
    with _only_one():
        left = state.clear_left_overs()
        if forget:
            services.forget_data()
            say("Forgot the earlier data.")
    if left:
        say(f"Ended what a killed run had left: {', '.join(left)}.")
    elif running or not quietly:
        say("Stopped." if running else "Nothing was running.")
    return 0


def _ask_to_stop(running: Identity) -> None:
    try:
        os.kill(running.pid, signal.SIGTERM)
    except PermissionError:
        raise Failure(f"PyTake runs here as another user (process {running.pid}).") from None
    deadline = time.monotonic() + STOP_SECONDS
    while not running.is_gone():
        if time.monotonic() > deadline:
            raise Failure(f"The supervisor (process {running.pid}) doesn't end. Look at {DETACHED_LOG}.")
        time.sleep(0.05)


def _refuse_reset_of_outside_database() -> None:
    if "DATABASE_URL" in os.environ:
        raise Failure("--reset forgets the embedded database only; DATABASE_URL names another one. Unset it first.")


@contextlib.contextmanager
def _only_one() -> Any:
    lock = state.take_lock()
    if lock is None:
        sheet = state.read_json(state.SHEET)
        where = f" at {sheet['web']}" if sheet else ""
        raise Failure(f"PyTake already runs from this checkout{where}. `bin/dev --stop` ends it.")
    with lock:
        yield


def _detach(options: argparse.Namespace) -> int:
    """Start ourselves in a session of our own and show what that says, until it is ready or has failed."""
    sheet = state.read_json(state.SHEET)
    if state.supervisor() and sheet:
        say(f"PyTake already runs.\n{_poster(sheet)}")
        return 0
    checkout.LOG.mkdir(parents=True, exist_ok=True)
    report, reported = os.pipe()
    with DETACHED_LOG.open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, checkout.ROOT / "bin" / "dev", *_repeated(options), "--report-to", str(reported)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[reported],
            start_new_session=True,
        )
    os.close(reported)
    try:
        ready = _show_until_reported(report)
    except KeyboardInterrupt:
        end_all({started.pid: lambda: started.poll() is not None}, signal.SIGTERM, grace=STOP_SECONDS)
        raise
    return 0 if ready else started.wait() or 1


def _repeated(options: argparse.Namespace) -> list[str]:
    chosen = ["--port", str(options.port), "--simulator-port", str(options.simulator_port)]
    return [*chosen, "--reset"] if options.reset else chosen


def _show_until_reported(report: int) -> bool:
    """Copies the log to the terminal. The pipe says "ready", or closes with the process."""
    os.set_blocking(report, False)
    with DETACHED_LOG.open() as log:
        while True:
            said = b"" if (finished := _read_or_none(report)) is None else finished
            say(log.read(), end="")
            if finished is not None:
                return said == b"ready"
            time.sleep(0.1)


def _read_or_none(pipe: int) -> bytes | None:
    try:
        return os.read(pipe, 16)
    except BlockingIOError:
        return None


@dataclass(frozen=True)
class Addresses:
    port: int
    simulator_port: int

    @property
    def web(self) -> str:
        """By name: a browser binds passkeys to one, and takes no IP address for it."""
        return f"http://localhost:{self.port}"

    @property
    def simulator(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"


class Development:
    """One run of bin/dev, from set-up to the last process's end."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.addresses = Addresses(options.port, options.simulator_port)
        self.began = time.monotonic()
        self.demo: dict[str, Any] = {}
        self.environment: dict[str, str] = {}

    def run(self) -> int:
        with _only_one():
            try:
                self._prepare()
                self._supervise()
            finally:
                state.PROCESSES.unlink(missing_ok=True)
                state.SHEET.unlink(missing_ok=True)
        return 0

    def _supervise(self) -> None:
        self.supervisor = Supervisor(StopRequest(), self._remember)
        try:
            self._start()
            self._announce()
            self.supervisor.watch()
        except Stopped:
            say("\nStopping …", end="")
        finally:
            self.supervisor.stop()
        say(" stopped.")

    def _prepare(self) -> None:
        """Everything before the first server starts; Ctrl-C may simply interrupt it."""
        if left := state.clear_left_overs():
            say(f"Ended what a killed run had left: {', '.join(left)}")
        ports.demand(self.options.port, what="web", flag="--port", variable="PYTAKE_PORT")
        ports.demand(
            self.options.simulator_port, what="simulator", flag="--simulator-port", variable="PYTAKE_SIMULATOR_PORT"
        )
        if self.options.reset:
            services.forget_data()
            say("Forgot the earlier data.")
        state.remember_processes({})  # so that --stop and --status know of us from now on
        checkout.LOG.mkdir(parents=True, exist_ok=True)
        for log in checkout.LOG.glob("*.log"):
            if log.stat().st_size > LONG_LOG:
                log.rename(log.with_suffix(".log.old"))
        with environment.one_at_a_time():
            environment.prepare_python()
            webapp.prepare()

    def _start(self) -> None:
        self.services = services.for_development(state.Secrets.kept())
        self.environment = self._environment_of_children()
        for told in self.services.told:
            say(told)
        with step("Starting PostgreSQL and Valkey") if self.services.programs else contextlib.nullcontext():
            self.services.launch(self.supervisor)
        self._migrate()
        wave = [*self._programs()]
        with step("Starting web, workers and simulator"):
            self.supervisor.launch(*wave)
            self.supervisor.wait_until_ready(wave, seconds=120)
        self.demo = self._demo()

    def _environment_of_children(self) -> dict[str, str]:
        overridable = {
            "DJANGO_SETTINGS_MODULE": "pytake.settings.dev",
            "MEDIA_ROOT": str(checkout.VAR / "media"),
            "WHATSAPP_GRAPH_URL": self.addresses.simulator,
        }
        ours = {
            **{name: os.environ.get(name, value) for name, value in overridable.items()},
            **self.services.environment,
            "PUBLIC_URL": self.addresses.web,
            "SIMULATOR_URL": self.addresses.simulator,
            "PYTHONUNBUFFERED": "1",
        }
        state.write_privately(state.ENVIRONMENT, json.dumps(ours, indent=2) + "\n")
        return without_libpq(os.environ) | ours

    def _migrate(self) -> None:
        """Skipped when the database itself says that it has had exactly these migrations."""
        cluster = self.services.postgres
        if cluster and cluster.ask(MIGRATED) == _migrations_stamp(cluster):
            return
        with step("Migrating the database"):
            self._manage("migrate", "--database=owner", "--no-input", log="migrate")
        if cluster:
            cluster.ask(f"COMMENT ON DATABASE pytake IS '{_migrations_stamp(cluster)}'")

    def _manage(self, *arguments: str, log: str) -> Path:
        path = checkout.LOG / f"{log}.log"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)  # what seed_demo prints has the number's secrets
        command = [PYTHON, "manage.py", *arguments]
        self.supervisor.run(command, log=path, environment=self.environment, folder=checkout.ROOT)
        return path

    def _programs(self) -> list[Program]:
        celery: list[Any] = [PYTHON, "-m", "celery", "-A", "pytake", "worker", "-l", "INFO"]
        celery += ["--without-gossip", "--without-mingle"]
        beat: list[Any] = ["-B", "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler"]
        beat += ["-s", checkout.VAR / "celerybeat-schedule"]
        web = ["daphne", "-b", "127.0.0.1", "-p", str(self.addresses.port), "pytake.asgi:application"]
        simulator: list[Any] = ["apps.simulator", "--host", "127.0.0.1", "--port", str(self.addresses.simulator_port)]
        simulator += ["--data", checkout.VAR / "simulator.sqlite3"]
        return [
            self._program("web", [PYTHON, "-m", *web], _answers(self.addresses.port, "/health/live")),
            self._worker("worker-drain", [*celery, "-Q", "drain", "-c", "2", *beat]),
            self._worker("worker-slow", [*celery, "-Q", "slow", "-c", "1"]),
            self._program(
                "simulator", [PYTHON, "-m", *simulator], _answers(self.addresses.simulator_port, "/control/state")
            ),
        ]

    def _program(self, name: str, command: list[Any], ready: Callable[[int], bool]) -> Program:
        log = checkout.LOG / f"{name}.log"

        def start() -> "subprocess.Popen[bytes]":
            return spawn(command, log=log, environment=self.environment, folder=checkout.ROOT)

        return Program(name, start, log, ready)

    def _worker(self, name: str, command: list[Any]) -> Program:
        log = checkout.LOG / f"{name}.log"
        already = log.stat().st_size if log.exists() else 0
        # What Celery says once it listens to its queue.
        return self._program(name, [*command, "-n", f"{name}@%h"], lambda _: f"{name}@" in _ready_lines(log, already))

    def _demo(self) -> dict[str, Any]:
        """Seeded on the first run, and again when an address or the database is another one."""
        cluster = self.services.postgres
        database = cluster.ask("SELECT system_identifier FROM pg_control_system()") if cluster else ""
        seeded_for = [self.addresses.web, self.addresses.simulator, database or self.environment["DATABASE_URL"]]
        mark = hashlib.sha256(json.dumps(seeded_for).encode()).hexdigest()
        known = state.read_json(DEMO)
        if known.get("seeded_for") == mark:
            return dict(known["demo"])
        with step("Seeding the demo organization"):
            log = self._manage("seed_demo", log="seed_demo")
        demo = _last_json(log)
        state.write_privately(DEMO, json.dumps({"seeded_for": mark, "demo": demo}, indent=2))
        return demo

    def _remember(self, supervisor: Supervisor) -> None:
        pids = {program.name: program.pid for program in supervisor.programs if program.pid}
        state.remember_processes(pids)
        if self.demo:
            state.write_privately(state.SHEET, json.dumps(self._sheet(), indent=2) + "\n")

    def _sheet(self) -> dict[str, Any]:
        programs = {program.name: program for program in self.supervisor.programs}
        pids = {name: program.pid for name, program in programs.items()}
        number = {**self.demo["number"], "webhook_url": self.addresses.web + self.demo["number"]["webhook_path"]}
        return {
            "web": self.addresses.web,
            "simulator": self.addresses.simulator,
            "demo": self.demo["demo"],
            "agents": self.demo.get("agents", []),
            "number": number,
            "processes": {**pids, "beat": pids.get("worker-drain")},
            "restarts": {name: program.restarts for name, program in programs.items() if program.restarts},
        }

    def _announce(self) -> None:
        self._remember(self.supervisor)
        say(f"Ready in {time.monotonic() - self.began:.1f} s.\n{_poster(self._sheet())}")
        if self.options.report_to is not None:
            with contextlib.suppress(OSError):
                os.write(self.options.report_to, b"ready")
                os.close(self.options.report_to)
        else:
            say("Ctrl-C stops everything.")


def _poster(sheet: dict[str, Any]) -> str:
    agents = "".join(f"\n  agent          {agent['email']}" for agent in sheet["agents"])
    return f"""
  PyTake         {sheet["web"]}/
  API            {sheet["web"]}/api/docs/
  admin          {sheet["web"]}/admin/
  phone          {sheet["simulator"]}/   (the WhatsApp simulator: write as a customer)

  demo login     {sheet["demo"]["email"]} / {sheet["demo"]["password"]}{agents}
  logs           {checkout.LOG}
"""


MIGRATED = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = 'pytake'"
HAS_MIGRATIONS = "SELECT to_regclass('django_migrations') IS NOT NULL"
APPLIED = "SELECT count(*), max(id), max(applied) FROM django_migrations"


def _migrations_stamp(cluster: Cluster) -> str:
    """Of the files, those of installed packages by their lock, and of the database's own list of what was applied.

    So a migration undone by hand or a restored dump is noticed.
    """
    digest = hashlib.sha256(environment.LOCK.read_bytes())
    for path in sorted((checkout.ROOT / "apps").glob("*/migrations/*.py")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    if cluster.ask(HAS_MIGRATIONS) == "t":
        digest.update(cluster.ask(APPLIED).encode())
    return f"migrations {digest.hexdigest()}"


def _answers(port: int, path: str) -> Callable[[int], bool]:
    def ready(_: int) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", path, headers={"Host": f"127.0.0.1:{port}"})
            return line.getresponse().status == 200
        except OSError:
            return False
        finally:
            line.close()

    return ready


def _ready_lines(log: Path, start: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(start)
            return "\n".join(line for line in file.read().decode(errors="replace").splitlines() if " ready." in line)
    except OSError:
        return ""


def _last_json(log: Path) -> dict[str, Any]:
    """The JSON object with which a command's output ends, whatever it has logged before."""
    text = log.read_text()
    for start in (index for index, letter in enumerate(text) if letter == "{"):
        with contextlib.suppress(json.JSONDecodeError):
            found: dict[str, Any] = json.loads(text[start:])
            if "number" in found:
                return found
    raise Failure(f"seed_demo has printed no JSON. Its output:\n{last_lines(log)}")
