"""Meta's door alone, as in production: `uvicorn pytake.asgi_ingest:application --lifespan off`."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pytake.settings.production")
django.setup()

from apps.whatsapp.ingest import Ingest  # noqa: E402

application = Ingest()

# What is loaded by now stays: it needn't be walked through between requests.
gc.collect()
gc.freeze()
