"""Everything in one process, for development; sockets only, behind the proxy, in production."""

import os
import sys
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pytake.settings.production")
django = get_asgi_application()  # before anything that needs the apps

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from apps.messaging.consumers import InboxConsumer  # noqa: E402
from apps.whatsapp.ingest import Ingest  # noqa: E402

if "daphne.server" in sys.modules:  # it serves us; others need no mending, and no Twisted
    from pytake import access_log, closing, forms

    closing.say_why()
    forms.leave_to_django()
    access_log.leave_out_queries()


async def nowhere(_scope: Any, _receive: Any, send: Any) -> None:
    """No socket is at this address."""
    await send({"type": "websocket.close"})


sockets: Any = [path("ws/v1/inbox/", cast(Any, InboxConsumer.as_asgi())), re_path("", cast(Any, nowhere))]
application = ProtocolTypeRouter({"http": Ingest(otherwise=cast(Any, django)), "websocket": URLRouter(sockets)})
