"""Where this checkout keeps things. Nothing here touches the disk."""

import hashlib
import os
import pwd
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("PYTAKE_VAR") or ROOT / "var").resolve()
LOG = VAR / "log"
CACHE = ROOT / ".cache"
FRONTEND = ROOT / "frontend"
KEY = hashlib.sha256(str(VAR).encode()).hexdigest()[:12]
"""Tells this checkout's folders outside of it from those of another one on the same machine."""

AS_ROOT = os.geteuid() == 0
# Where root's PostgreSQL lives: the server refuses to be root, and another user may not be able to enter the checkout.
ROOT_DATA = Path("/var/lib/pytake")
ROOT_CACHE = Path("/var/cache/pytake")


def server_account() -> pwd.struct_passwd | None:
    """Who PostgreSQL runs as, or None: as ourselves."""
    return pwd.getpwnam("nobody") if AS_ROOT else None


def give_to_server(path: Path) -> None:
    if account := server_account():
        os.chown(path, account.pw_uid, account.pw_gid)


def private_folder(path: Path) -> Path:
    """A folder that only its owner, PostgreSQL's user, may enter."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    owner = server_account()
    found = path.lstat()
    if path.is_symlink() or found.st_uid not in {os.geteuid(), owner.pw_uid if owner else os.geteuid()}:
        raise PermissionError(f"{path} belongs to another user")
    path.chmod(0o700)
    give_to_server(path)
    return path


def socket_folder(purpose: str) -> Path:
    """Where the unix socket goes: short, since its path has 107 bytes at most."""
    if AS_ROOT and Path("/run").is_dir():
        return Path("/run/pytake") / f"{KEY}-{purpose}"
    return Path("/tmp") / f"pytake-{os.geteuid()}-{KEY}-{purpose}"  # noqa: S108 — private_folder() looks whose it is
