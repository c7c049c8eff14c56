"""bin/bench NAME: one benchmark, on servers of its own with real durability. Its last line is one JSON object."""

import ast
import os
from pathlib import Path

from frontdoor import checkout, environment, services
from frontdoor.console import Failure, say, step
from frontdoor.environment import PYTHON
from frontdoor.processes import without_libpq
from frontdoor.supervisor import Stopped, StopRequest, Supervisor

BENCHES = checkout.ROOT / "tests" / "load"


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        say("usage: bin/bench NAME [ARGUMENTS]\n")
        say("\n".join(f"  {path.stem:16}{_first_line(path)}" for path in benches()) or "There is no bench yet.")
        return 0 if arguments in (["-h"], ["--help"], []) else 2
    name, *rest = arguments
    if name not in {path.stem for path in benches()}:
        raise Failure(f"There is no bench {name}. There are: {', '.join(path.stem for path in benches())}")
    with environment.one_at_a_time():
        environment.prepare_python()
        checkout.LOG.mkdir(parents=True, exist_ok=True)
    return run(name, rest)


def benches() -> list[Path]:
    """Programs are those that can be run; the others there are their parts."""
    return sorted(path for path in BENCHES.glob("[a-z]*.py") if "__main__" in path.read_text())


def run(name: str, arguments: list[str]) -> int:
    stop_request = StopRequest()
    with services.for_one_run("bench", durable=True) as servers:
        supervisor = Supervisor(stop_request, lambda _: None)
        variables = {**without_libpq(os.environ), **servers.environment}
        variables |= {"DJANGO_SETTINGS_MODULE": "pytake.settings.dev", "DEBUG": "false", "LOG_LEVEL": "WARNING"}
        try:
            with step("Starting PostgreSQL and Valkey"):
                servers.launch(supervisor)
            with step("Migrating the database"):
                migrate = [PYTHON, "manage.py", "migrate", "--database=owner", "--no-input"]
                log = checkout.LOG / "bench-migrate.log"
                supervisor.run(migrate, log=log, environment=variables, folder=checkout.ROOT)
            command = [PYTHON, "-m", f"tests.load.{name}", *arguments]
            return supervisor.run_in_foreground(command, folder=checkout.ROOT, environment=variables)
        except Stopped:
            return 130
        finally:
            supervisor.stop()


def _first_line(bench: Path) -> str:
    return (ast.get_docstring(ast.parse(bench.read_text())) or "").partition("\n")[0]
