"""How often a password may be tried.

The rule. Tries that didn't succeed are counted

- for an account **and** an address together: eight at once, then each waits twice as long as the one before, from
  half a minute to an hour. So whoever guesses from elsewhere doesn't lock the person out, and forty colleagues behind
  one address don't lock each other out.
- for an address over all accounts: a hundred at once, then with delays up to five minutes, against one machine that
  tries a word on everybody.
- for an account over all addresses: fifty at once, then with delays up to a quarter of an hour, against a guess spread
  over many machines.

The last two ask only those who haven't signed in to this account from this address within ninety days: a person at
their usual place is never held up by what others do. From a new place during an attack they wait, or reset their
password, which makes the place known.

A try is counted before the password is looked at, and given back when it was right, so that a thousand at once are no
thousand first ones. Accounts that don't exist are counted as those that do. Where Redis doesn't answer, people get in
and it is logged: a password is still needed, and hashing it is slow.
"""

from __future__ import annotations

from hashlib import sha256
from ipaddress import ip_address

import redis
import structlog
from django.core.cache import cache

from apps.core import ratelimits
from apps.core.errors import TooMany
from apps.core.ratelimits import Ladder
from apps.core.realtime import connection

DAY = 86_400
KNOWN_SECONDS = 90 * DAY
PREFIX = "sign-in"
logger = structlog.get_logger(__name__)


class Attempt:
    """One try to sign in to this account from this address."""

    def __init__(self, email: str, address: str | None) -> None:
        account, place = _digest(email.strip().lower()), _digest(_network(address))
        self._known = _key("known", account, place)
        self._pair = Ladder(_key("pair", account, place), free=8, first=30, longest=3600, memory=DAY)
        self._address = Ladder(_key("address", place), free=100, first=30, longest=300, memory=3600)
        self._account = Ladder(_key("account", account), free=50, first=30, longest=900, memory=DAY)
        self._counted: tuple[Ladder, ...] = ()

    def begin(self) -> float:
        """Count it as failed for now. Returns the seconds that the next one will have to wait.

        Raises:
            TooMany: it has to wait itself.
        """
        try:
            self._counted = () if connection().exists(self._known) else (self._address, self._account)
            wait, after = ratelimits.climb(self._pair, *self._counted)
        except redis.RedisError:
            logger.warning("sign_ins_not_counted", exc_info=True)
            return 0
        if wait:
            raise TooMany(retry_after=wait)
        return after

    def succeeded(self) -> None:
        """The account is theirs: nothing is held against this pair, and the place is known from now on."""
        try:
            ratelimits.forget(self._pair)
            connection().set(self._known, 1, ex=KNOWN_SECONDS)
            for ladder in self._counted:
                ratelimits.step_down(ladder)
        except redis.RedisError:
            logger.warning("sign_ins_not_counted", exc_info=True)


def _network(address: str | None) -> str:
    """One household's addresses count as one: whoever has one of IPv6 has 2^64 of them."""
    if not address:
        return ""
    found = ip_address(address)
    return found.exploded[:19] if found.version == 6 else str(found)


def _key(*parts: str) -> str:
    return cache.make_key(":".join((PREFIX, *parts)))


def _digest(text: str) -> str:
    return sha256(text.encode(errors="replace")).hexdigest()[:32]
