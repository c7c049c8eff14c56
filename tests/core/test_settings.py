"""An installation that faces the world starts with safe settings, or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

ROOT = Path(__file__).parents[2]
SAFE = {
    "SECRET_KEY": "x" * 25 + "0123456789abcdefghijklmnopqrst",
    "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "ALLOWED_HOSTS": "pytake.example",
    "PUBLIC_URL": "https://pytake.example",
    "DATABASE_URL": "postgres://pytake_app:p%40ss@%2Frun%2Fpostgresql/pytake",
    "DATABASE_OWNER_URL": "postgres://pytake_owner@[::1]:5433/pytake",
    "REDIS_URL": "redis://:secret@redis:6379",
}
SHOW = """
import json
from pytake.settings import production as s
print(json.dumps({name: getattr(s, name) for name in (
    "DEBUG", "DATABASES", "CACHES", "CELERY_BROKER_URL", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
    "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", "SHOW_MAIL_OUTBOX", "PASSWORD_HASHERS", "CSRF_TRUSTED_ORIGINS",
)}))
"""


def start(*command: str, **changes: str | None) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "pytake.settings.production"} | SAFE
    environment |= {name: value for name, value in changes.items() if value is not None}
    for name in (name for name, value in changes.items() if value is None):
        del environment[name]
    return subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"ENCRYPTION_KEYS": None}, "ENCRYPTION_KEYS"),
        ({"VAULT_PROVIDER": "vault"}, "VAULT_ADDR"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DEBUG": "true"}, "DEBUG"),
        ({"PUBLIC_URL": "http://pytake.example"}, "PUBLIC_URL"),
        ({"PYTAKE_DEMO": "1"}, "demo"),
        ({"ADMIN_SECOND_FACTOR": "false"}, "ADMIN_SECOND_FACTOR"),
    ],
)
def test_production_refuses_to_start_with_what_is_unsafe(changes: dict[str, str | None], reason: str) -> None:
    refused = start("-c", SHOW, **changes)
    assert refused.returncode == 1
    assert "ImproperlyConfigured" in refused.stderr
    assert reason in refused.stderr.splitlines()[-1]


def test_production_starts_with_what_is_safe() -> None:
    shown = start("-c", SHOW)
    assert shown.returncode == 0, shown.stderr
    settings: dict[str, Any] = json.loads(shown.stdout)
    assert settings["DEBUG"] is settings["SHOW_MAIL_OUTBOX"] is False
    assert all(settings[f"{each}_SECURE"] for each in ("SESSION_COOKIE", "CSRF_COOKIE"))
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert settings["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://pytake.example"]
    app, owner = settings["DATABASES"]["default"], settings["DATABASES"]["owner"]
    assert (app["HOST"], app["USER"], app["PASSWORD"], app["PORT"]) == ("/run/postgresql", "pytake_app", "p@ss", "")
    assert (owner["HOST"], owner["USER"], owner["PORT"]) == ("::1", "pytake_owner", "5433")
    assert "pool" in app["OPTIONS"]
    assert "pool" not in owner["OPTIONS"]
    assert settings["CACHES"]["default"]["LOCATION"] == "redis://:secret@redis:6379/2"
    assert settings["CELERY_BROKER_URL"] == "redis://:secret@redis:6379/0"


def test_djangos_own_checks_find_nothing_to_say() -> None:
    checked = start("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr


def test_words_searched_for_stay_out_of_the_access_log() -> None:
    program = """
import sys
from datetime import datetime
from daphne import server
from daphne.access import AccessLogGenerator
import pytake.asgi
told = {"client": "203.0.113.7:5000", "method": "GET", "path": "/api/v1/contacts/?search=ana.souza", "status": 200}
AccessLogGenerator(sys.stdout)("http", "complete", told | {"size": 5})
"""
    answer = start("-c", program)
    assert '"GET /api/v1/contacts/" 200 5' in answer.stdout, answer.stderr
    assert "ana.souza" not in answer.stdout


def test_secrets_and_words_searched_for_are_left_out_of_logs() -> None:
    program = """
import structlog
from pytake.logs import logging_of
import logging.config
logging.config.dictConfig(logging_of(level="INFO", style="json"))
log = structlog.get_logger("a")
log.warning("request_finished", request="GET /api/v1/contacts/?search=ana.souza")
log.warning("signed_in", access_token="eyJ", password="alho", request={"headers": [{"Authorization": "eyJ"}]}, user="a")
logging.getLogger("b").warning("plain %s", "text")
"""
    asked, *lines = [json.loads(line) for line in start("-c", program).stderr.splitlines()]
    assert asked["request"] == "GET /api/v1/contacts/"
    assert "eyJ" not in str(lines)
    assert "alho" not in str(lines)
    assert [(line["event"], line["level"], line["logger"]) for line in lines] == [
        ("signed_in", "warning", "a"), ("plain text", "warning", "b")
    ]  # fmt: skip
    assert lines[0]["user"] == "a"


def test_metas_script_may_run_only_where_the_installation_has_an_app_at_meta() -> None:
    show = (
        "import json\nfrom pytake.settings import production as s\n"
        "print(json.dumps([s.CONTENT_SECURITY_POLICY, s.SECURE_CROSS_ORIGIN_OPENER_POLICY]))"
    )
    without, opener = json.loads(start("-c", show).stdout)
    assert ("facebook" in json.dumps(without), opener) == (False, "same-origin")
    policy, opener = json.loads(start("-c", show, META_APP_ID="634974688087057").stdout)
    assert policy["DIRECTIVES"]["script-src"] == ["'self'", "https://connect.facebook.net"]
    assert opener == "same-origin-allow-popups"
