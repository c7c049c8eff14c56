import os

from pytake.settings.base import database

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
ROOT_URLCONF = "tests.load.plain_view.urls"
ASGI_APPLICATION = "tests.load.plain_view.asgi.application"
INSTALLED_APPS = ["tests.load.plain_view"]
# No session, sign-in or CSRF, which a webhook doesn't need; this one gives answers their Content-Length.
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Pooled connections: without them each request would make one.
DATABASES = {"default": database(os.environ["DATABASE_OWNER_URL"], pool=True)}
APP_SECRET = os.environ.get("APP_SECRET", "")
