"""The tests: real PostgreSQL as the app's role, real Redis, no network beyond loopback."""

import os
import tempfile
from typing import cast

# Tests empty their Redis: where they run side by side, each process has one of its own. Before the settings read it.
if _own := os.environ.get(f"REDIS_URL_{os.environ.get('PYTEST_XDIST_WORKER', '')}"):
    os.environ["REDIS_URL"] = _own

from pytake.logs import logging_of
from pytake.settings.base import *  # noqa: F403
from pytake.settings.base import CACHES, DATABASE_OWNER_URL, DATABASE_URL, REST_FRAMEWORK, database, env

SECRET_KEY = "only-for-tests-and-long-enough-for-hs256"  # noqa: S105 - of the tests alone
ALLOWED_HOSTS = ["*"]
ENCRYPTION_KEYS = ["cHl0YWtlLW9ubHktZm9yLWRldmVsb3BtZW50LWtleSE="]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A mirror: the tests' database is made and migrated by the owner, and the tests run as the app.
DATABASES = {"default": database(DATABASE_URL, MIRROR="owner"), "owner": database(DATABASE_OWNER_URL)}
# Marks of its own for each database of tests, where several share a Redis.
_prefix = f"{DATABASES['owner']['NAME']}{os.environ.get('PYTEST_XDIST_WORKER', '')}"
CACHES = {"default": CACHES["default"] | {"KEY_PREFIX": _prefix}}
WAKE_TRANSPORT = "apps.core.wake.run"
MEDIA_ROOT = env("MEDIA_ROOT", default="") or tempfile.mkdtemp(prefix="pytake-media-")
_rates = cast(dict[str, str], REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": dict.fromkeys(_rates)}
API_REQUESTS_PER_MINUTE = 0
API_RATES = {"send_message": 0, "send_media": 0}
WHATSAPP_GRAPH_URL = "http://127.0.0.1:9"  # nobody answers there; a test that wants an answer starts a server
ADMIN_SECOND_FACTOR = False  # switched on where it is tested
SHOW_MAIL_OUTBOX = DEMO_ALLOWED = True
LOGGING = logging_of(level="WARNING", style="console")
