"""What the world sees. Refuses to start on a setting that is missing or unsafe."""

from django.core.exceptions import ImproperlyConfigured

from pytake.logs import logging_of
from pytake.settings.base import *  # noqa: F403
from pytake.settings.base import (
    ADMIN_SECOND_FACTOR,
    ALLOWED_HOSTS,
    AWS_KMS_KEY_ID,
    DEBUG,
    ENCRYPTION_KEYS,
    LOG_FORMAT,
    LOG_LEVEL,
    PUBLIC_URL,
    SECRET_KEY,
    STORAGES,
    VAULT_ADDR,
    VAULT_PROVIDER,
    VAULT_TOKEN,
    env,
)


def _refuse(unless: bool, reason: str) -> None:
    if not unless:
        raise ImproperlyConfigured(reason)


_refuse(len(SECRET_KEY) >= 32, "SECRET_KEY is missing or shorter than 32 characters.")
_refuse(bool(ENCRYPTION_KEYS), "ENCRYPTION_KEYS is missing: at least one Fernet key, see docs/operations.md.")
_refuse(VAULT_PROVIDER in ("fernet", "aws_kms", "vault"), "VAULT_PROVIDER is fernet, aws_kms or vault.")
_refuse(VAULT_PROVIDER != "aws_kms" or bool(AWS_KMS_KEY_ID), "AWS_KMS_KEY_ID is missing.")
_refuse(VAULT_PROVIDER != "vault" or bool(VAULT_ADDR and VAULT_TOKEN), "VAULT_ADDR or VAULT_TOKEN is missing.")
_refuse(bool(ALLOWED_HOSTS) and "*" not in ALLOWED_HOSTS, "ALLOWED_HOSTS must name the hosts, and not '*'.")
_refuse(not DEBUG, "DEBUG must be off in production.")
_refuse(PUBLIC_URL.startswith("https://"), "PUBLIC_URL must begin with https://.")
_refuse(ADMIN_SECOND_FACTOR, "ADMIN_SECOND_FACTOR must stay on in production.")
_refuse(not env.bool("PYTAKE_DEMO", default=False), "The demo organization's logins are public: unset PYTAKE_DEMO.")

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000
# Not for subdomains and not preloaded: what else lives on the owner's domain is not ours to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
LOGGING = logging_of(level=LOG_LEVEL, style=LOG_FORMAT)
