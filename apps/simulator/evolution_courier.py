"""Webhooks of the gateway: ten attempts at most, kept in memory only, with the token of the first attempt (§12)."""

import asyncio
import base64
import hmac
import json
from collections import deque
from random import Random
from typing import Any

import aiohttp

from apps.simulator.clock import Clock
from apps.simulator.switches import Switches

MOST_ATTEMPTS = 10
TIMEOUT = aiohttp.ClientTimeout(total=30)
NOT_AGAIN = (400, 401, 403, 404, 422)
KEPT_IN_LOG = 300


class GatewayCourier:
    """Posts events to one address each; the switches duplicates, disorder, delay and outage hold for them as well."""

    def __init__(self, switches: Switches, clock: Clock, random: Random) -> None:
        self._switches, self._clock, self._random = switches, clock, random
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self.log: deque[dict[str, Any]] = deque(maxlen=KEPT_IN_LOG)

    def send(self, webhook: dict[str, Any], body: dict[str, Any], *, after: float = 0.0) -> None:
        """Post this event, if the webhook is switched on and wants it."""
        name = str(body["event"]).replace(".", "_").replace("-", "_").upper()
        wanted = webhook.get("events") or [name]
        if not webhook.get("enabled", True) or not webhook.get("url") or name not in wanted:
            return
        lag = after + self._switches.delay_ms / 1000
        if self._random.random() < self._switches.disorder:
            lag += self._random.uniform(0.2, 3)
        self._start(webhook, body, lag)
        if self._random.random() < self._switches.duplicates:
            self._start(webhook, body, lag + self._random.uniform(0.01, 1.5))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _start(self, webhook: dict[str, Any], body: dict[str, Any], lag: float) -> None:
        task = asyncio.get_running_loop().create_task(self._deliver(webhook, body, lag))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, webhook: dict[str, Any], body: dict[str, Any], lag: float) -> None:
        await asyncio.sleep(lag)
        url = str(webhook["url"])
        if webhook.get("byEvents"):
            url = f"{url}/{str(body['event']).replace('.', '-').replace('_', '-')}"
        headers = {key: str(value) for key, value in (webhook.get("headers") or {}).items() if key != "jwt_key"}
        if key := (webhook.get("headers") or {}).get("jwt_key"):
            headers["Authorization"] = f"Bearer {token_of(str(key), self._clock.now())}"
        data = json.dumps(body).encode()
        for attempt in range(1, MOST_ATTEMPTS + 1):
            status = await self._post(url, data, headers)
            self.log.append(
                {"event": body["event"], "instance": body["instance"], "status": status, "attempt": attempt}
            )
            if 200 <= status < 300 or status in NOT_AGAIN:
                return
            delays = self._switches.retry_delays
            await asyncio.sleep(delays[min(attempt, len(delays)) - 1])

    async def _post(self, url: str, data: bytes, headers: dict[str, str]) -> int:
        """The status; 0 where nobody answered."""
        if self._switches.outage:
            return 0
        self._session = self._session or aiohttp.ClientSession(timeout=TIMEOUT)
        kind = {"Content-Type": "application/json"}
        try:
            async with self._session.post(url, data=data, headers={**kind, **headers}) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0


def token_of(key: str, now: float) -> str:
    """A JSON Web Token (HS256) that counts for ten minutes."""
    head = _encoded({"alg": "HS256", "typ": "JWT"})
    claims = _encoded({"iat": int(now), "exp": int(now) + 600, "app": "evolution", "action": "webhook"})
    signed = f"{head}.{claims}"
    return f"{signed}.{_plain(hmac.digest(key.encode(), signed.encode(), 'sha256'))}"


def _encoded(part: dict[str, Any]) -> str:
    return _plain(json.dumps(part, separators=(",", ":")).encode())


def _plain(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
