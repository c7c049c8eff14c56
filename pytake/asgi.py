"""Everything in one process, for development; sockets only, behind the proxy, in production."""

import os
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pytake.settings.production")
django = get_asgi_application()  # before anything that needs the apps

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from apps.messaging.consumers import InboxConsumer  # noqa: E402
from apps.whatsapp.ingest import Ingest  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": Ingest(otherwise=cast(Any, django)),
        "websocket": URLRouter(cast(Any, [path("ws/v1/inbox/", cast(Any, InboxConsumer.as_asgi()))])),
    }
)
