"""bin/test: every test there is, on servers of their own, and one line at the end that says how it went."""

import os
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdoor import checkout, chromium, environment, services, webapp
from frontdoor.console import say, step
from frontdoor.environment import PYTHON
from frontdoor.processes import without_libpq
from frontdoor.supervisor import Stopped, StopRequest, Supervisor

TESTS = checkout.ROOT / "tests"
BROWSER_TESTS = "tests/e2e"
WORKERS = 2  # as many as the smallest machine has cores; each with a database and a Valkey of its own
NO_TESTS = 5  # pytest's exit code for it

USAGE = """usage: bin/test [PYTEST ARGUMENTS]

Without arguments: the tests of the back end, of the web app, and in the browser (where there is a Chromium; with CI
set, its absence is a failure). With files or folders only these: `bin/test tests/core -k tenancy`.
"""


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    @property
    def is_empty(self) -> bool:
        return not (self.passed or self.failed or self.skipped)


@dataclass(frozen=True)
class Phase:
    title: str
    command: list[Any]
    report: Path
    folder: Path = checkout.ROOT
    in_browser: bool = False


def main(arguments: list[str]) -> int:
    if arguments in (["-h"], ["--help"]):
        say(USAGE, end="")
        return 0
    with environment.one_at_a_time():
        environment.prepare_python()
        checkout.LOG.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pytake-reports-") as reports:
        tally = _run(_phases(arguments, Path(reports)))
    if tally.is_empty:
        say("No test was found.")
    say(str(tally))
    return 1 if tally.failed or tally.is_empty else 0


def _phases(arguments: list[str], reports: Path) -> list[Phase]:
    """With files or folders named, only these; with options alone, all of Python's; without anything, everything."""
    named = [argument for argument in arguments if _is_place(argument)]
    if named:
        in_browser = any(BROWSER_TESTS in argument for argument in named)
        return [_pytest("Tests", arguments, reports / "named.xml", in_browser=in_browser)]
    side_by_side = ["-n", str(WORKERS), "--dist", "loadfile"]
    back_end = ["tests", f"--ignore={BROWSER_TESTS}", *side_by_side, *arguments]
    phases = [_pytest("Tests of the back end", back_end, reports / "backend.xml")]
    if not arguments and "test" in webapp.scripts():
        phases.append(_vitest(reports / "frontend.xml"))
    if next((checkout.ROOT / BROWSER_TESTS).glob("test_*.py"), None):
        browser = _pytest("Tests in the browser", [BROWSER_TESTS, *arguments], reports / "e2e.xml", in_browser=True)
        phases.append(browser)
    return phases


def _is_place(argument: str) -> bool:
    return not argument.startswith("-") and (checkout.ROOT / argument.partition("::")[0]).exists()


def _pytest(title: str, arguments: Sequence[str], report: Path, *, in_browser: bool = False) -> Phase:
    plugins = [] if in_browser else ["-p", "no:playwright"]  # it costs a second at each start
    # Not dropped at the end: the whole server goes away.
    database = ["--create-db", "--reuse-db"]
    command = [PYTHON, "-m", "pytest", *plugins, *database, f"--junitxml={report}", *arguments]
    return Phase(title, command, report, in_browser=in_browser)


def _vitest(report: Path) -> Phase:
    reporters = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={report}"]
    return Phase(
        "Tests of the web app", ["npm", "test", "--", "--passWithNoTests", *reporters], report, checkout.FRONTEND
    )


def _run(phases: list[Phase]) -> Tally:
    browser = None
    if any(phase.in_browser for phase in phases):
        browser = chromium.find_or_install()
    if browser or any(phase.folder == checkout.FRONTEND for phase in phases):
        with environment.one_at_a_time():
            webapp.prepare()
    if any(phase.folder == checkout.ROOT for phase in phases):
        return _run_with_servers(phases, browser)
    return Tally()


def _run_with_servers(phases: list[Phase], browser: str | None) -> Tally:
    tally = Tally()
    stop_request = StopRequest()
    with services.for_one_run("test", durable=False, workers=WORKERS) as servers:
        supervisor = Supervisor(stop_request, lambda _: None)
        variables = {**without_libpq(os.environ), **servers.environment}
        variables |= {"DJANGO_SETTINGS_MODULE": "pytake.settings.test", "CHROMIUM_PATH": browser or ""}
        variables["PYTHONHASHSEED"] = "0"  # sets in one order, so that both workers find the same tests
        try:
            with step("Starting PostgreSQL and Valkey for the tests"):
                servers.launch(supervisor)
            for phase in phases:
                if servers.postgres:  # of the phase before, with whoever still holds on to it
                    servers.postgres.ask("DROP DATABASE IF EXISTS test_pytake WITH (FORCE)")
                tally += _run_phase(phase, supervisor, variables, has_browser=bool(browser))
        except Stopped:
            say("\ninterrupted")
            tally += Tally(failed=1)
        finally:
            supervisor.stop()
    return tally


def _run_phase(phase: Phase, supervisor: Supervisor, variables: dict[str, str], *, has_browser: bool) -> Tally:
    say(f"\n{phase.title}")
    if phase.in_browser and not has_browser:
        say("There is no Chromium here (on Debian: apt-get install chromium); these tests were not run.")
        return Tally(failed=1) if os.environ.get("CI") else Tally(skipped=1)
    if phase.folder == checkout.FRONTEND:
        variables = {**variables, **webapp.environment()}
    code = supervisor.run_in_foreground(phase.command, folder=phase.folder, environment=variables)
    counted = count(phase.report)
    if code not in {0, NO_TESTS} and not counted.failed:
        say(f"{phase.title}: ended with exit code {code}.")
        counted += Tally(failed=1)
    return counted


def count(report: Path) -> Tally:
    """What a JUnit report says, be it pytest's or vitest's."""
    tally = Tally()
    try:
        cases = ElementTree.parse(report).iter("testcase")  # noqa: S314 — written by our own run
    except (FileNotFoundError, ElementTree.ParseError):
        return tally
    for case in cases:
        found = {child.tag for child in case}
        if found & {"failure", "error"}:
            tally.failed += 1
        elif "skipped" in found:
            tally.skipped += 1
        else:
            tally.passed += 1
    return tally
