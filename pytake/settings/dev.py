"""One person's machine: `bin/dev` gives the environment."""

from pytake.logs import logging_of
from pytake.settings.base import *  # noqa: F403
from pytake.settings.base import LOG_LEVEL, SECRET_KEY, env

SECRET_KEY = SECRET_KEY or "only-for-development-and-known-to-everybody"
DEBUG = env.bool("DEBUG", default=True)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=["cHl0YWtlLW9ubHktZm9yLWRldmVsb3BtZW50LWtleSE="])
ADMIN_SECOND_FACTOR = env.bool("ADMIN_SECOND_FACTOR", default=False)  # whoever tries it out has no app at hand
SHOW_MAIL_OUTBOX = DEMO_ALLOWED = True
OUTGOING_ALLOWED_NETWORKS = env.list("OUTGOING_ALLOWED_NETWORKS", default=["127.0.0.0/8", "::1/128"])
LOGGING = logging_of(level=LOG_LEVEL, style=env("LOG_FORMAT", default="console"))
