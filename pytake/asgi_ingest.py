"""Meta's door alone, as in production: `uvicorn pytake.asgi_ingest:application --lifespan off`.

The proxy sends only webhooks here; `/metrics` is for the inside.
"""

import gc
import os
from typing import Any

import django
from prometheus_client import make_asgi_app

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pytake.settings.production")
django.setup()

from apps.whatsapp.ingest import Ingest  # noqa: E402

door, metrics = Ingest(), make_asgi_app()


async def application(scope: Any, receive: Any, send: Any) -> None:
    await (metrics if scope.get("path") == "/metrics" else door)(scope, receive, send)


# What is loaded by now stays: it needn't be walked through between requests.
gc.collect()
gc.freeze()
