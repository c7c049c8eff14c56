"""bin/lint: style, types, layers, and whether what is generated is what is committed. Needs no server."""

import argparse
import base64
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from frontdoor import checkout, environment, webapp
from frontdoor.console import say
from frontdoor.environment import PYTHON

SCHEMA = checkout.ROOT / "docs" / "openapi.yaml"
CLIENT = checkout.FRONTEND / "src" / "api" / "schema.d.ts"
MEND = "`bin/lint --fix` mends it; commit the result."
Check = Callable[[], str]
"""Answers what is wrong; nothing if all is well."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/lint", description="Style, types, layers, and drift of generated files.")
    parser.add_argument("--fix", action="store_true", help="mend what a tool can mend, and generate anew")
    options = parser.parse_args(arguments)
    with environment.one_at_a_time():
        environment.prepare_python()
        if webapp.exists():
            webapp.install()
    if options.fix:
        fix()
    failed = [name for name, check in checks().items() if not _passes(name, check)]
    say(f"\nFailed: {', '.join(failed)}" if failed else "\nAll is well.")
    return 1 if failed else 0


def checks() -> dict[str, Check]:
    found: dict[str, Check] = {
        "ruff check": _tool("ruff", "check", "."),
        "ruff format": _tool("ruff", "format", "--check", "."),
        "layers": lambda: _output_if_failed([PYTHON, "-c", LINT_IMPORTS]),
        "mypy": _tool("mypy", "."),
        "mypy of bin/": _tool("mypy", "--strict", "--config-file=", "--cache-dir=.mypy_cache/bin", "-p", "frontdoor"),
        "OpenAPI schema": schema_drift,
    }
    if webapp.exists():
        found |= {
            "eslint and prettier": _script("lint"),
            "tsc": _script("typecheck"),
            "generated client": client_drift,
        }
    return found


def fix() -> None:
    for command in (["ruff", "check", "--fix", "."], ["ruff", "format", "."]):
        _output_if_failed([PYTHON, "-m", *command])
    _write_schema(SCHEMA)
    page = [PYTHON, "-m", "tests.accounts.permissions_page"]
    _output_if_failed(page, env={**os.environ, **environment_without_servers()})
    if webapp.exists():
        _output_if_failed(["npm", "run", "format"], cwd=checkout.FRONTEND)
        _output_if_failed(["npm", "run", "generate"], cwd=checkout.FRONTEND)


def schema_drift() -> str:
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "openapi.yaml"
        if wrong := _write_schema(made):
            return wrong
        if SCHEMA.exists() and SCHEMA.read_text() == made.read_text():
            return ""
        return f"docs/openapi.yaml is not what the code says. {MEND}"


def client_drift() -> str:
    """Generates the client in its place, looks whether that changed it, and puts it back."""
    with _put_back(CLIENT) as before:
        if wrong := _output_if_failed(["npm", "run", "generate"], cwd=checkout.FRONTEND):
            return wrong
        return "" if CLIENT.read_bytes() == before else f"frontend/src/api/schema.d.ts is out of date. {MEND}"


@contextmanager
def _put_back(path: Path) -> Iterator[bytes]:
    before = path.read_bytes() if path.exists() else b""
    try:
        yield before
    finally:
        if path.exists() and path.read_bytes() != before:
            path.write_bytes(before)


def _write_schema(path: Path) -> str:
    command = [PYTHON, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", path]
    return _output_if_failed(command, env={**os.environ, **environment_without_servers()})


def environment_without_servers() -> dict[str, str]:
    """Enough for Django to start: nothing here is ever connected to."""
    return {
        "DJANGO_SETTINGS_MODULE": "pytake.settings.test",
        "SECRET_KEY": "not-a-secret-and-long-enough-for-hs256",
        "ENCRYPTION_KEYS": base64.urlsafe_b64encode(bytes(32)).decode(),
        "DATABASE_URL": "postgres://pytake_app@127.0.0.1:1/pytake",
        "DATABASE_OWNER_URL": "postgres://pytake_owner@127.0.0.1:1/pytake",
        "REDIS_URL": "redis://127.0.0.1:1",
        "MYPYPATH": str(checkout.ROOT / "bin"),
    }


# Its command's script names the folder in which it was installed; a copied checkout's would look at the original.
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"


def _tool(*command: str) -> Check:
    variables = {**os.environ, **environment_without_servers()}
    return lambda: _output_if_failed([PYTHON, "-m", *command], env=variables)


def _script(name: str) -> Check:
    return lambda: _output_if_failed(["npm", "run", "--silent", name], cwd=checkout.FRONTEND)


def _output_if_failed(command: list[Any], *, cwd: Path = checkout.ROOT, env: dict[str, str] | None = None) -> str:
    variables = env or (webapp.environment() if cwd == checkout.FRONTEND else dict(os.environ))
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return (done.stdout.strip() or f"exit code {done.returncode}") if done.returncode else ""


def _passes(name: str, check: Check) -> bool:
    began = monotonic()
    say(f"{name:20}", end="")
    wrong = check()
    say(f"{'failed' if wrong else 'ok':7}{monotonic() - began:6.1f} s")
    if wrong:
        say(f"{wrong}\n")
    return not wrong
