"""Tells open phone pages that something changed; they look it up themselves."""

import asyncio
import json
from typing import Any

GATHER_SECONDS = 0.06
_MOST_CHATS = 40


class Hub:
    """Collects what changed for a moment, and sends one hint to every page."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Queue[str | None]] = set()
        self._chats: set[tuple[str, str]] = set()
        self._typing: dict[tuple[str, str], float] = {}
        self._panel = False
        self._planned: asyncio.TimerHandle | None = None

    def join(self) -> asyncio.Queue[str | None]:
        """A page has opened; None in its queue means that the simulator stops."""
        page: asyncio.Queue[str | None] = asyncio.Queue()
        self._pages.add(page)
        return page

    def leave(self, page: asyncio.Queue[str | None]) -> None:
        self._pages.discard(page)

    def chat_changed(self, phone_number_id: str, peer: str) -> None:
        if self._pages:
            self._chats.add((phone_number_id, peer))
            self._plan()

    def typing(self, phone_number_id: str, peer: str, seconds: float) -> None:
        """The business is typing for so long, or has stopped (0)."""
        if self._pages:
            self._typing[phone_number_id, peer] = seconds
            self._plan()

    def panel_changed(self) -> None:
        """Switches, numbers or deliveries."""
        if self._pages:
            self._panel = True
            self._plan()

    def close(self) -> None:
        for page in self._pages:
            page.put_nowait(None)

    def _plan(self) -> None:
        if self._planned is None:
            self._planned = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._flush)

    def _flush(self) -> None:
        hint: dict[str, Any] = {"panel": self._panel, "all": len(self._chats) > _MOST_CHATS}
        hint["chats"] = [] if hint["all"] else sorted(self._chats)
        hint["typing"] = [[number, peer, seconds] for (number, peer), seconds in self._typing.items()]
        self._chats, self._typing, self._panel, self._planned = set(), {}, False, None
        for page in self._pages:
            page.put_nowait(json.dumps(hint))
