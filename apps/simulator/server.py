"""The web application: Graph, control and the phone on one loopback port."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from apps.simulator import (
    account_calls,
    address_book,
    chats,
    control,
    evolution,
    graph,
    phone,
    template_calls,
    template_reports,
    uploads,
)
from apps.simulator.graph import WORLD
from apps.simulator.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")

log = logging.getLogger("simulator")


def make_app(world: World) -> web.Application:
    """The application around a world; it starts and stops the world with itself."""
    app = web.Application(
        middlewares=[unforeseen, local_only, graph.graph_errors, control.control_errors], client_max_size=110 * 1024**2
    )
    app[WORLD] = world
    app.add_routes([*template_calls.routes(), *uploads.routes(), *template_calls.control_routes()])
    app.add_routes([*template_reports.routes()])
    app.add_routes([*account_calls.routes(), *account_calls.control_routes()])
    app.add_routes([*address_book.control_routes()])
    app.add_routes([*chats.routes(), *chats.control_routes()])
    app.add_routes([*graph.routes(), *control.routes(), *phone.routes()])  # more general paths come last
    app.cleanup_ctx.append(_living)
    evolution.set_up(app)
    app.on_shutdown.append(_say_goodbye)
    return app


@web.middleware
async def local_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only this machine's own pages and programs: no foreign web site reaches the simulator through the browser."""
    if not is_local(urlsplit(f"//{request.host}").hostname or ""):
        return web.Response(status=403, text="The simulator answers to loopback names only.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return web.Response(status=403, text="Not from another site.")
    return await handler(request)


@web.middleware
async def unforeseen(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A fault of the simulator is logged and answered as JSON."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        message = "The simulator failed; its log says how."
        return web.json_response({"error": {"code": 1, "message": message, "type": "OAuthException"}}, status=500)


def is_local(host: str) -> bool:
    """Whether a host name or address is this machine's loopback."""
    return host in LOOPBACK_NAMES or host.startswith("127.")


async def _living(app: web.Application) -> AsyncIterator[None]:
    await app[WORLD].start()
    yield
    await app[WORLD].stop()


async def _say_goodbye(app: web.Application) -> None:
    """Open pages would hold the server up."""
    app[WORLD].hub.close()
