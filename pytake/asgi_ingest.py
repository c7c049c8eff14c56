"""Meta's door alone, as in production: `uvicorn pytake.asgi_ingest:application --lifespan off`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pytake.settings.production")
django.setup()

from apps.whatsapp.ingest import Ingest  # noqa: E402

application = Ingest()
