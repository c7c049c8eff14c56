"""The webhook handshake: is there somebody at the callback who knows the verify token (whatsapp.md §3.1)?"""

import asyncio
import secrets

import aiohttp

from apps.simulator.hub import Hub
from apps.simulator.numbers import Number, Numbers
from apps.simulator.webhooks import Courier

TIMEOUT_SECONDS = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0


class Handshakes:
    """Verifies callbacks, and keeps trying those that did not answer yet: the web may start after the simulator."""

    def __init__(self, *, numbers: Numbers, courier: Courier, hub: Hub) -> None:
        self._numbers, self._courier, self._hub = numbers, courier, hub
        self._session: aiohttp.ClientSession | None = None
        self._trying: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        for number in self._numbers:
            if not number.verified:
                self.keep_trying(number)

    async def stop(self) -> None:
        for task in self._trying.values():
            task.cancel()
        await asyncio.gather(*self._trying.values(), return_exceptions=True)
        if self._session:
            await self._session.close()

    async def verify(self, number: Number) -> bool:
        """Shake hands once and remember how it went, in `verified` and `verify_error`."""
        problem = await self.problem(number.callback, number.callback_token)
        if self._numbers.get(number.phone_number_id) is not number:
            return not problem
        number.verified, number.verify_error = not problem, problem
        self._numbers.save(number)
        self._courier.kick()
        self._hub.panel_changed()
        return number.verified

    def keep_trying(self, number: Number) -> None:
        """Shake hands in the background until it succeeds, with pauses up to 15 seconds."""
        self.forget(number.phone_number_id)
        self._trying[number.phone_number_id] = asyncio.get_running_loop().create_task(self._insist(number))

    def forget(self, phone_number_id: str) -> None:
        """Stop trying."""
        if task := self._trying.pop(phone_number_id, None):
            task.cancel()

    async def problem(self, url: str, token: str) -> str:
        """Why this callback can't be used; empty if it can."""
        if self._session is None:
            return "not started"
        challenge = str(secrets.randbelow(2 * 10**9))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": token}
        try:
            async with self._session.get(url, params=query, allow_redirects=False) as answer:
                text = (await answer.content.read(1000)).decode("utf-8", "replace").strip()
                status = answer.status
        except TimeoutError:
            return f"The callback did not answer in {TIMEOUT_SECONDS} s."
        except (aiohttp.ClientError, ValueError, OSError) as error:
            return f"The callback can't be reached: {error or type(error).__name__}"
        if status != 200:
            return f"The callback answered {status}; 200 and the challenge were expected (is the verify token right?)."
        return "" if text == challenge else f"The callback answered {text[:80]!r} instead of the challenge."

    async def _insist(self, number: Number) -> None:
        pause = FIRST_PAUSE
        while self._numbers.get(number.phone_number_id) is number and not await self.verify(number):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
