"""How Daphne closes a socket: with the code and the reason that the consumer gives.

Its own way refuses every code below 3000 but 1000 (which ends the application with an error, and the socket with 1011)
and leaves the reason out. Sources: https://github.com/django/daphne/issues/374,
https://github.com/crossbario/autobahn-python/issues/1642
"""

from typing import Any

from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol

LONGEST_REASON = 123  # RFC 6455, section 5.5


class Protocol(WebSocketProtocol):  # type: ignore[misc]  # Daphne has no types
    def handle_reply(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close" and self.state != self.STATE_CONNECTING:
            reason = str(message.get("reason") or "").encode()[:LONGEST_REASON]
            self.sendCloseFrame(code=message.get("code") or 1000, reasonUtf8=reason)
        else:
            super().handle_reply(message)


def say_why() -> None:
    WebSocketFactory.protocol = Protocol
