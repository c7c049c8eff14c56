"""API and pages in production: `granian --interface wsgi pytake.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pytake.settings.production")
application = get_wsgi_application()
