"""Structured logs: one event a line, with the request's id. Nothing here prints bodies, tokens or secrets."""

from typing import Any

import structlog

_SECRET = ("password", "token", "secret", "authorization", "access", "refresh")


def redact(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Blank out what is named like a secret, whoever logged it and however deep."""
    return {key: "…" if _is_secret(key) else _redacted(value) for key, value in event.items()}


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: "…" if _is_secret(key) else _redacted(inner) for key, inner in value.items()}
    return [_redacted(each) for each in value] if isinstance(value, list) else value


def _is_secret(name: Any) -> bool:
    return any(word in str(name).lower() for word in _SECRET)


def without_query(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Of a request the path alone: behind the question mark stand the words that somebody searched for."""
    if isinstance(event.get("request"), str):
        event["request"] = event["request"].partition("?")[0]
    return event


_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    redact,
    without_query,
]


def logging_of(*, level: str, style: str) -> dict[str, Any]:
    """Django's LOGGING. `style`: json for machines, console for people."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": [*_shared, structlog.processors.format_exc_info],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "django.request": {"level": "ERROR"},  # refusals are logged by the next one, with the request's id
            "django_structlog.middlewares.request": {"level": "WARNING"},
            "daphne": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }
