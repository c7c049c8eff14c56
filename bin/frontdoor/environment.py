"""The Python side of the set-up: .venv with exactly what requirements-dev.lock names."""

import contextlib
import fcntl
import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from frontdoor.checkout import CACHE, ROOT
from frontdoor.console import Failure, last_lines, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements-dev.lock"
STAMP = VENV / "installed-lock"
# Nothing is installed whose bytes aren't those that the lock names.
_PIP: list[str | Path] = [PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r"]
SETUP_LOG = CACHE / "setup.log"


def site_packages() -> Path:
    return next((VENV / "lib").glob("python3.*/site-packages"))


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """bin/dev and bin/test may be started together: one installs, the other waits and finds it done."""
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare_python() -> None:
    """Make the virtual environment as the lock says; nothing if it already is."""
    wanted = f"{VENV}\n{hashlib.sha256(LOCK.read_bytes()).hexdigest()}"
    installed = _installed()
    if installed == wanted and PYTHON.exists():
        return
    # A copied checkout's scripts still name the folder where they were made.
    if installed.partition("\n")[0] not in {"", str(VENV)} or not _runs(PYTHON):
        _make_venv()
    _install()
    STAMP.write_text(wanted)


def _installed() -> str:
    try:
        return STAMP.read_text()
    except OSError:
        return ""


def _runs(python: Path) -> bool:
    try:
        new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
        return subprocess.run([python, "-c", new_enough], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise Failure(f"This Python has no venv. On Debian and Ubuntu:\n    apt-get install {name}")
    with step("Making .venv"):
        shutil.rmtree(VENV, ignore_errors=True)
        run_quietly([sys.executable, "-m", "venv", VENV], "making .venv")


def _install() -> None:
    count = sum(1 for line in LOCK.read_text().splitlines() if re.match(r"[a-z0-9].*==", line))
    with step(f"Installing {count} Python packages"):
        uv = VENV / "bin" / "uv"
        with contextlib.suppress(Failure):
            if not uv.exists():
                run_quietly([*_PIP, _uv_alone()], "installing uv")
            run_quietly([uv, "pip", "sync", "-q", "--require-hashes", "--python", PYTHON, LOCK], "uv pip sync")
            return
        run_quietly([*_PIP, LOCK], "pip install")


def _uv_alone() -> Path:
    """What the lock says of uv, with its hashes, as a file that pip reads."""
    found = re.search(r"^uv==\S+.*\n(?:[ \t].*\n)*", LOCK.read_text(), re.MULTILINE)
    if found is None:
        raise Failure("requirements-dev.lock names no uv.")
    CACHE.mkdir(exist_ok=True)
    file = CACHE / "uv.lock"
    file.write_text(found[0])
    return file


def run_quietly(command: Sequence[str | Path], what: str, **options: Any) -> None:
    """Run a tool of the set-up with its output in a log, which is shown when it fails."""
    CACHE.mkdir(exist_ok=True)
    with SETUP_LOG.open("wb") as log:
        done = subprocess.run(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False, **options
        )
    if done.returncode:
        raise Failure(f"{what} failed (exit code {done.returncode}):\n{last_lines(SETUP_LOG)}")
