"""What holds everywhere. Everything that differs between installations comes from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext
import environ
from csp.constants import NONCE
from redis.exceptions import ConnectionError as RedisIsAway

django_stubs_ext.monkeypatch()  # lets `ModelAdmin[Message]` be written where Django itself has no `[]`

ROOT = Path(__file__).resolve().parents[2]
env = environ.Env()

SECRET_KEY = env("SECRET_KEY", default="")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
PUBLIC_URL: str = env("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])
# Fernet keys; the first encrypts, all decrypt.
ENCRYPTION_KEYS: list[str] = env.list("ENCRYPTION_KEYS", default=[])
REDIS_URL: str = env("REDIS_URL", default="redis://127.0.0.1:6379").rstrip("/")

ROOT_URLCONF = "pytake.urls"
WSGI_APPLICATION = "pytake.wsgi.application"
ASGI_APPLICATION = "pytake.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
TENANT_MODEL = "accounts.Organization"

# The apps from the highest to the lowest, as in pyproject.toml; a fact's handlers run in this order.
LAYERS = ["messaging", "contacts", "whatsapp", "notifications", "vault", "accounts", "calendars", "core"]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "pytake.admin.SupportAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth.account",  # allauth.mfa stands on it; nothing of its own is used
    "allauth.mfa",
    "channels",
    "corsheaders",
    "django_celery_beat",
    "django_filters",
    "django_prometheus",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    *(f"apps.{app}" for app in reversed(LAYERS)),
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "apps.core.actor.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pytake.headers.HeadersMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "apps.core.actor.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- PostgreSQL -------------------------------------------------------------------------------------------------
# See deploy/roles.sql. Everything runs as the app's role, which owns nothing; `migrate --database=owner` makes the
# tables; the system's role, which sees every organization, is taken for one transaction by `all_organizations()`.
APP_ROLE, OWNER_ROLE, SYSTEM_ROLE = "pytake_app", "pytake_owner", "pytake_system"


def database(url: str, *, pool: bool = False, **test: Any) -> dict[str, Any]:
    """Django's settings for `postgres://user:password@host:port/name`; a host `%2Frun%2Fx` is a socket's folder."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{parts.port}")  # as written: `hostname` is in lower case
    options: dict[str, Any] = {
        # Nobody waits for ever behind a stuck transaction.
        "options": "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
        "application_name": "pytake",
    }
    if pool:
        options["pool"] = {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=10), "timeout": 15}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host).strip("[]"),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        # Those that the server has closed meanwhile (a restart, a switch-over) are replaced before anybody gets them.
        "CONN_HEALTH_CHECKS": pool,
        "TEST": test,
    }


DATABASE_URL: str = env("DATABASE_URL", default="postgres://pytake_app@127.0.0.1:5432/pytake")
DATABASE_OWNER_URL: str = env("DATABASE_OWNER_URL", default="postgres://pytake_owner@127.0.0.1:5432/pytake")
DATABASES = {"default": database(DATABASE_URL, pool=True), "owner": database(DATABASE_OWNER_URL)}

# --- Redis: 0 the broker, 1 the channel layer, 2 marks, counters and limits -------------------------------------
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": f"{REDIS_URL}/2"}
}
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {
        # Keeps no backlog: what must not be missed is in the numbered log.
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # Once more: a connection that was cut while nobody used it is known only by its failing.
        "CONFIG": {"hosts": [{"address": f"{REDIS_URL}/1", "retry_on_error": [RedisIsAway]}]},
    }
}
CELERY_BROKER_URL = f"{REDIS_URL}/0"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}  # longer than the longest time limit
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT, CELERY_TASK_SOFT_TIME_LIMIT = 600, 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "drain"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "UTC"
# How a wake-up travels.
WAKE_TRANSPORT = "pytake.celery.send"

# --- People and tokens ------------------------------------------------------------------------------------------
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_validators = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": f"{_validators}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "full_name"]},
    },
    {"NAME": f"{_validators}.MinimumLengthValidator"},
    {"NAME": f"{_validators}.CommonPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "/admin/login/", "/admin/"
# What a new organization may use: unlimited where somebody runs PyTake for themselves; a host of many says `free`.
DEFAULT_PLAN: str = env("DEFAULT_PLAN", default="unlimited")
# django-allauth keeps and checks second factors, and has no routes: the API is the only door to it.
ACCOUNT_USER_MODEL_USERNAME_FIELD, ACCOUNT_EMAIL_VERIFICATION = None, "none"
ACCOUNT_LOGIN_METHODS, ACCOUNT_SIGNUP_FIELDS = {"email"}, ["email*", "password1*"]
MFA_ADAPTER = "apps.accounts.services.factors.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER, MFA_TOTP_TOLERANCE, MFA_RECOVERY_CODE_DIGITS = "PyTake", 1, 10
# The site that passkeys are bound to; whoever changes it loses all of them. A browser takes no IP address for one.
WEBAUTHN_SITE: str = env("WEBAUTHN_SITE", default=urlsplit(PUBLIC_URL).hostname or "").replace("127.0.0.1", "localhost")
# The pages on which they are asked for: scheme, host and port, as browsers write them.
WEBAUTHN_ORIGINS: list[str] = env.list(
    "WEBAUTHN_ORIGINS", default=["://".join(urlsplit(PUBLIC_URL.lower())[:2]).replace("//127.0.0.1", "//localhost")]
)
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=15),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=30),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
}
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.authentication.TokenAuthentication",
        "apps.accounts.authentication.BrowserAuthentication",
    ],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.access.MayDoThis"],
    "DEFAULT_THROTTLE_CLASSES": ["apps.core.throttles.ApiLimits"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.BrowsableAPIRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.core.parsers.JsonOtherwise",
    "DEFAULT_SCHEMA_CLASS": "apps.core.openapi.OperationSchema",
    "DEFAULT_METADATA_CLASS": None,  # the API's document says what OPTIONS would
    "EXCEPTION_HANDLER": "apps.core.problems.answer_with_problem",
    # Of an address. Sign-ins are counted by apps/accounts/services/lockout.py instead.
    "DEFAULT_THROTTLE_RATES": {"register": "10/hour", "refresh": "600/min", "mail": "60/hour", "invitation": "60/min"},
    "NUM_PROXIES": 0,  # ClientAddressMiddleware has made REMOTE_ADDR the client's own
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# Of the API, for each key, person or address; 0: as many as they like. Those that a view's `rate_scopes` name:
API_REQUESTS_PER_MINUTE: int = env.int("API_REQUESTS_PER_MINUTE", default=1000)
API_RATES: dict[str, int] = {"send_message": 100, "send_media": 50}
SPECTACULAR_SETTINGS = {
    "TITLE": "PyTake",
    "DESCRIPTION": "The API of PyTake: everything that its own web app does goes through here.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {
        "ConversationStatus": "apps.messaging.models.Conversation.Status",
        "MessageStatus": "apps.messaging.models.Message.Status",
        "MessageDirection": "apps.messaging.models.Message.Direction",
        "SenderKind": "apps.messaging.models.Message.Sender",
        "Priority": "apps.messaging.models.Conversation.Priority",
        "NumberStatus": "apps.whatsapp.models.Number.Status",
        "MediaKind": "apps.messaging.api.serializers.files.KINDS",
        "MediaState": "apps.whatsapp.models.Media.State",
        "WebhookEventState": "apps.whatsapp.models.Change.State",
        "Role": "apps.accounts.models.Role",
        "AgentStatus": "apps.accounts.models.AgentStatus",
        "PrivacyJobKind": "apps.accounts.models.PrivacyJob.Kind",
        "SecretScope": "apps.vault.models.Secret.Scope",
        "SecretProvider": "apps.vault.models.Secret.Provider",
    },
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums"],
}

# --- Secrets: who encrypts them (fernet, aws_kms, vault); the keys of all that stand here decrypt -----------------
VAULT_PROVIDER: str = env("VAULT_PROVIDER", default="fernet")
AWS_KMS_KEY_ID: str = env("AWS_KMS_KEY_ID", default="")
AWS_REGION: str = env("AWS_REGION", default="us-east-1")
AWS_ENDPOINT_URL: str = env("AWS_ENDPOINT_URL", default="")
VAULT_ADDR: str = env("VAULT_ADDR", default="").rstrip("/")
VAULT_TOKEN: str = env("VAULT_TOKEN", default="")
VAULT_TRANSIT_PATH: str = env("VAULT_TRANSIT_PATH", default="transit").strip("/")
VAULT_TRANSIT_KEY: str = env("VAULT_TRANSIT_KEY", default="pytake")

# --- WhatsApp ---------------------------------------------------------------------------------------------------
WHATSAPP_GRAPH_URL: str = env("WHATSAPP_GRAPH_URL", default="https://graph.facebook.com").rstrip("/")
WHATSAPP_GRAPH_VERSION: str = env("WHATSAPP_GRAPH_VERSION", default="v26.0")
# The installation's own app at Meta, with which people connect their numbers in a window of Meta's (Embedded Signup).
META_APP_ID: str = env("META_APP_ID", default="")
META_APP_SECRET: str = env("META_APP_SECRET", default="")
META_CONFIG_ID: str = env("META_CONFIG_ID", default="")
# How long a message may stay `sending` before its sender counts as dead; longer than any HTTP call of ours.
SENDING_LEASE_SECONDS: float = env.float("SENDING_LEASE_SECONDS", default=60)

# The demo organization's passwords are known to everybody.
DEMO_ALLOWED = env.bool("PYTAKE_DEMO", default=False)

# --- Files, pages, languages ------------------------------------------------------------------------------------
MEDIA_ROOT: str = env("MEDIA_ROOT", default=str(ROOT / "var" / "media"))
MEDIA_URL = "/media/"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
STATIC_URL = "/static/"
STATIC_ROOT: str = env("STATIC_ROOT", default=str(ROOT / "var" / "static"))
STATICFILES_DIRS = [ROOT / "static"]
# Files lie in MEDIA_ROOT, or with a bucket's name on S3 or what speaks like it.
MEDIA_S3_BUCKET: str = env("MEDIA_S3_BUCKET", default="")
MEDIA_S3_ENDPOINT_URL: str = env("MEDIA_S3_ENDPOINT_URL", default="").rstrip("/")
MEDIA_S3_REGION: str = env("MEDIA_S3_REGION", default="") or AWS_REGION
# Where browsers are sent for files, if not the bucket's usual address: a page's policy has to name it.
MEDIA_S3_ORIGIN: str = env("MEDIA_S3_ORIGIN", default="").rstrip("/")
_S3 = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": MEDIA_S3_BUCKET,
        "region_name": MEDIA_S3_REGION,
        "endpoint_url": MEDIA_S3_ENDPOINT_URL or None,
        "access_key": env("MEDIA_S3_ACCESS_KEY", default="") or None,  # without them: as boto3 finds them
        "secret_key": env("MEDIA_S3_SECRET_KEY", default="") or None,
        # Servers of one's own rarely have a name for each bucket.
        "addressing_style": env("MEDIA_S3_ADDRESSING", default="") or ("path" if MEDIA_S3_ENDPOINT_URL else "virtual"),
        "signature_version": "s3v4",
        "default_acl": None,
        "querystring_auth": True,
        "max_memory_size": 2_621_440,  # what is larger is read into a file
    },
}
_FILES = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
STORAGES: dict[str, dict[str, Any]] = {
    "default": _S3 if MEDIA_S3_BUCKET else _FILES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Names that hold a hash, Vite's or Django's, may be kept for ever.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/(app/assets/.+|.+\.[0-9a-f]{12}\.[^/]+)$"
LANGUAGE_CODE = "pt-br"
LANGUAGES = [("pt-br", "Português (Brasil)"), ("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = USE_I18N = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", "https://pps.whatsapp.net"],  # there: profile pictures of numbers
        "media-src": ["'self'", "data:", "blob:"],
        "style-src": ["'self'", "'unsafe-inline'"],  # Mantine sets styles on elements
        "connect-src": ["'self'"],  # the socket's host is this one
        "worker-src": ["'self'", "blob:"],  # Redoc's search
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    },
}
if MEDIA_S3_BUCKET:
    _usual = f"https://{MEDIA_S3_BUCKET}.s3.{MEDIA_S3_REGION}.amazonaws.com https://{MEDIA_S3_BUCKET}.s3.amazonaws.com"
    for _directive in ("img-src", "media-src"):
        _origins = (MEDIA_S3_ORIGIN or MEDIA_S3_ENDPOINT_URL or _usual).split()
        CONTENT_SECURITY_POLICY["DIRECTIVES"][_directive] += _origins
# The virus scanner that looks at every file: `host:port`, or the path of a socket. Empty: none.
CLAMD_ADDRESS: str = env("CLAMD_ADDRESS", default="")
# Networks of one's own that addresses configured by users may lead to, as 10.1.0.0/16: a Vault, a sign-in provider.
OUTGOING_ALLOWED_NETWORKS: list[str] = env.list("OUTGOING_ALLOWED_NETWORKS", default=[])
# A code of an authenticator app, beside the password, for everybody of the support staff.
ADMIN_SECOND_FACTOR: bool = env.bool("ADMIN_SECOND_FACTOR", default=True)
UNFOLD = {"SITE_TITLE": "PyTake", "SITE_HEADER": "PyTake", "SITE_SYMBOL": "support_agent", "SITE_URL": "/app/"}
# The support desk's own pages are Alpine's: expressions in attributes, and a script with a nonce here and there.
ADMIN_POLICY = {"script-src": ["'self'", "'unsafe-eval'", NONCE]}
# Networks of our own proxies, as 172.16.0.0/12: what they say of a client's address (X-Forwarded-For) is believed.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])
# Web pages of others that may call the API from a browser, as https://crm.example; with tokens, never with cookies.
CORS_ALLOWED_ORIGINS: list[str] = env.list("CORS_ORIGINS", default=[])
CORS_URLS_REGEX = r"^/api/v1/"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key", "if-match", "x-request-id"]
CORS_EXPOSE_HEADERS = [
    "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-ID",
]  # fmt: skip
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if META_APP_ID:  # Meta's script opens Meta's window, which then talks to our page; nobody else gets any of this
    CONTENT_SECURITY_POLICY["DIRECTIVES"] |= {
        "script-src": ["'self'", "https://connect.facebook.net"],
        "frame-src": ["https://www.facebook.com", "https://web.facebook.com"],
        "connect-src": ["'self'", "https://www.facebook.com", "https://graph.facebook.com"],
    }
    SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Mail -------------------------------------------------------------------------------------------------------
# Without a server, mails stay in the outbox, where staff read them at /mail/.
SHOW_MAIL_OUTBOX = False  # to everybody
SMTP_HOST: str = env("SMTP_HOST", default="")
EMAIL_HOST, EMAIL_PORT = SMTP_HOST, env.int("SMTP_PORT", default=587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env("SMTP_USERNAME", default=""), env("SMTP_PASSWORD", default="")
EMAIL_USE_TLS, EMAIL_TIMEOUT = env.bool("SMTP_USE_TLS", default=True), 10
DEFAULT_FROM_EMAIL: str = env("SMTP_FROM", default="PyTake <no-reply@localhost>")

# --- Logs -------------------------------------------------------------------------------------------------------
LOG_LEVEL: str = env("LOG_LEVEL", default="INFO")
LOG_FORMAT: str = env("LOG_FORMAT", default="json")
