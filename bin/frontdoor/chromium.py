"""The browser of the browser tests: found, or on Debian installed."""

import os
import shutil
import subprocess

from frontdoor.console import say, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """CHROMIUM_PATH, or the first one in PATH."""
    chosen = os.environ.get("CHROMIUM_PATH")
    return chosen or next(filter(None, map(shutil.which, NAMES)), None)


def find_or_install() -> str | None:
    return find() or (_install() if os.geteuid() == 0 and shutil.which("apt-get") else None)


def _install() -> str | None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step("Installing chromium"):
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-q", "-y", "chromium"]):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                say(f"\n{' '.join(command)} failed:\n{done.stderr[-2000:]}")
                return None
    return find()
