"""Token buckets, paces and ladders of delays in Redis, counted by all processes together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import redis

from apps.core.realtime import connection

# KEYS: buckets. ARGV: now's substitute is Redis's own clock, so that machines' clocks don't matter;
# then capacity, refill a second and tokens wanted for each bucket. All buckets give, or none does.
_TAKE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local wait, levels = 0, {}
for i, key in ipairs(KEYS) do
  local capacity, refill, wanted = tonumber(ARGV[i*3-2]), tonumber(ARGV[i*3-1]), tonumber(ARGV[i*3])
  local level, at = unpack(redis.call('HMGET', key, 'level', 'at'))
  level = math.min(capacity, (tonumber(level) or capacity) + (now - (tonumber(at) or now)) * refill)
  levels[i] = level
  if level < wanted then wait = math.max(wait, (wanted - level) / refill) end
end
for i, key in ipairs(KEYS) do
  local capacity, refill, wanted = tonumber(ARGV[i*3-2]), tonumber(ARGV[i*3-1]), tonumber(ARGV[i*3])
  local level = levels[i]
  if wait == 0 then level = level - wanted end
  redis.call('HSET', key, 'level', tostring(level), 'at', tostring(now))
  redis.call('PEXPIRE', key, math.ceil(capacity / refill * 1000) + 1000)
  levels[i] = tostring(level)
end
return {tostring(wait), unpack(levels)}
"""
# KEYS: a pace, then each taker's buckets in a row. ARGV: turns a second, seconds until it has recovered, buckets of
# each taker, takers without buckets, then capacity and refill of each bucket; each gives one token. A taker whose
# buckets don't all give takes nothing. The answer: seconds until the first turn, seconds between two, and for each
# taker with buckets the seconds until they could give.
_TURNS = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local each, takers, waits = tonumber(ARGV[3]), tonumber(ARGV[4]), {}
for first = 2, #KEYS, each do
  local wait, levels = 0, {}
  for i = first, first + each - 1 do
    local capacity, refill = tonumber(ARGV[i*2+1]), tonumber(ARGV[i*2+2])
    local level, at = unpack(redis.call('HMGET', KEYS[i], 'level', 'at'))
    levels[i] = math.min(capacity, (tonumber(level) or capacity) + (now - (tonumber(at) or now)) * refill)
    if levels[i] < 1 then wait = math.max(wait, (1 - levels[i]) / refill) end
  end
  if wait == 0 then
    takers = takers + 1
    for i = first, first + each - 1 do
      redis.call('HSET', KEYS[i], 'level', tostring(levels[i] - 1), 'at', tostring(now))
      redis.call('PEXPIRE', KEYS[i], math.ceil(tonumber(ARGV[i*2+1]) / tonumber(ARGV[i*2+2]) * 1000) + 1000)
    end
  end
  waits[#waits + 1] = tostring(wait)
end
local next, share, slowed = unpack(redis.call('HMGET', KEYS[1], 'next', 'share', 'slowed'))
share = math.min(1, (tonumber(share) or 1) + (now - (tonumber(slowed) or now)) / tonumber(ARGV[2]))
local turn, step = math.max(now, tonumber(next) or 0), 1 / (tonumber(ARGV[1]) * share)
if takers > 0 then
  redis.call('HSET', KEYS[1], 'next', tostring(turn + takers * step))
  redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(turn + takers * step - now, tonumber(ARGV[2])) * 1000) + 1000)
end
return {tostring(turn - now), tostring(step), unpack(waits)}
"""
# Half as many turns as before, and the next one after a pause.
_SLOW_DOWN = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local next, share, slowed = unpack(redis.call('HMGET', KEYS[1], 'next', 'share', 'slowed'))
share = math.min(1, (tonumber(share) or 1) + (now - (tonumber(slowed) or now)) / tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'next', tostring(math.max(now, tonumber(next) or 0) + tonumber(ARGV[1])),
  'share', tostring(math.max(share / 2, 0.05)), 'slowed', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil((tonumber(ARGV[1]) + tonumber(ARGV[2])) * 1000) + 1000)
return 1
"""
_DRAIN = """
local t = redis.call('TIME')
redis.call('HSET', KEYS[1], 'level', ARGV[1], 'at', tostring(t[1] + t[2] / 1000000))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
# KEYS: ladders. ARGV: free tries, the first delay, the longest, and how long it remembers, of each, in seconds.
# All ladders count the try, or none does. The answer: seconds to wait for this try, and for the next one.
_CLIMB = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local wait, after = 0, 0
for _, key in ipairs(KEYS) do
  wait = math.max(wait, (tonumber(redis.call('HGET', key, 'until')) or 0) - now)
end
if wait > 0 then return {tostring(wait), '0'} end
for i, key in ipairs(KEYS) do
  local free, first, longest, memory = unpack(ARGV, i*4-3, i*4)
  local over = redis.call('HINCRBY', key, 'tries', 1) - free
  if over >= 0 then
    local delay = math.min(first * 2 ^ math.min(over, 30), longest)
    after = math.max(after, delay)
    redis.call('HSET', key, 'until', tostring(now + delay))
  end
  redis.call('PEXPIRE', key, math.ceil(memory * 1000))
end
return {'0', tostring(after)}
"""
_STEP_DOWN = """
if (tonumber(redis.call('HGET', KEYS[1], 'tries')) or 0) <= 1 then return redis.call('DEL', KEYS[1]) end
if redis.call('HINCRBY', KEYS[1], 'tries', -1) < tonumber(ARGV[1]) then redis.call('HDEL', KEYS[1], 'until') end
return 1
"""


# KEYS: places. ARGV: now, for how long a place is taken, how many there are; then who wants one each. Whoever has one
# keeps it, for longer. A count that was lost says so: what lies there is never empty, since '' has a place for good.
# The answer: for each, when the place that they took was taken before ('' if they had none), or, with a minus, when one
# becomes free for them.
_TAKE_PLACES = """
if redis.call('ZSCORE', KEYS[1], '') == false then return false end
local now, seconds, most, found, refused = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), {}, 0
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - seconds)
for i = 4, #ARGV do
  local before = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if before or redis.call('ZCARD', KEYS[1]) - 1 < most then
    redis.call('ZADD', KEYS[1], 'GT', ARGV[1], ARGV[i])
    found[#found + 1] = before or ''
  else
    local nth = redis.call('ZCARD', KEYS[1]) - 1 - most + refused
    local taken = tonumber(redis.call('ZRANGE', KEYS[1], nth, nth, 'WITHSCORES')[2] or 'inf')
    found[#found + 1] = '-' .. tostring((taken < math.huge and taken or now) + seconds)
    refused = refused + 1
  end
end
redis.call('PEXPIRE', KEYS[1], math.ceil(seconds * 1000))
return found
"""
# Somebody's place is free again, or theirs since before, unless they took it anew meanwhile.
_LEAVE_PLACE = """
if tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0) ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] == '' then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
"""


@dataclass(frozen=True)
class Bucket:
    """`capacity` tokens at most, `refill` more each second."""

    key: str
    capacity: float
    refill: float


def take(*wanted: tuple[Bucket, float]) -> float:
    """Take tokens from all these buckets, or from none.

    Returns:
        0 where they were taken, else the seconds until they could be.
    """
    return take_and_tell(*wanted)[0]


def take_and_tell(*wanted: tuple[Bucket, float]) -> tuple[float, list[float]]:
    """As `take`, and what each bucket holds afterwards."""
    arguments = [number for bucket, tokens in wanted for number in (bucket.capacity, bucket.refill, tokens)]
    wait, *levels = _script(_TAKE)(keys=[bucket.key for bucket, _ in wanted], args=arguments)
    return float(wait), [float(each) for each in levels]


def empty(bucket: Bucket, *, owe: float = 0) -> None:
    """Leave the bucket with nothing, and `owe` tokens less: somebody outside says that we were too fast."""
    alive = int((bucket.capacity + owe) / bucket.refill * 1000) + 1000
    _script(_DRAIN)(keys=[bucket.key], args=[-owe, alive])


def reset(counted: "Bucket | Pace") -> None:
    connection().delete(counted.key)


@dataclass(frozen=True)
class Pace:
    """Turns that follow each other evenly, `per_second` at most, whoever takes them. A pace that was slowed down has
    recovered after `recovery` seconds."""

    key: str
    per_second: float
    recovery: float = 300.0


@dataclass(frozen=True)
class Turns:
    """Turns of a pace, one after the other.

    Attributes:
        first: seconds until the first one. step: seconds between two.
        waits: of each taker with buckets, seconds until they could give; 0: they did, and a turn is theirs.
    """

    first: float
    step: float
    waits: list[float]


def take_turns(pace: Pace, takers: Sequence[Sequence[Bucket]] = (), *, more: int = 0) -> Turns:
    """The next turns of a pace: one for each taker whose buckets, as many for each, all give a token, and `more`."""
    buckets = [bucket for of_one in takers for bucket in of_one]
    each = len(takers[0]) if takers and takers[0] else 1
    arguments = [number for bucket in buckets for number in (bucket.capacity, bucket.refill)]
    free = more + (len(takers) if takers and not takers[0] else 0)
    first, step, *waits = _script(_TURNS)(
        keys=[pace.key, *(bucket.key for bucket in buckets)],
        args=[pace.per_second, pace.recovery, each, free, *arguments],
    )
    return Turns(float(first), float(step), [float(wait) for wait in waits] or [0.0] * len(takers))


def taken_ahead(pace: Pace) -> float:
    """Seconds until the next turn that nobody has."""
    found: Any = connection().hget(pace.key, "next")
    seconds, micros = connection().time()
    return max(0.0, float(found or 0) - seconds - micros / 1e6)


def slow_down(pace: Pace, *, pause: float) -> None:
    """Somebody outside says that we were too fast: no turn for `pause` seconds, and half as many from then on, which
    become more again little by little."""
    _script(_SLOW_DOWN)(keys=[pace.key], args=[pause, pace.recovery])


@dataclass(frozen=True)
class Ladder:
    """Tries that wait longer and longer: `free` ones at once, the next after `first` seconds, and each further one
    after twice as long, up to `longest`. What wasn't tried for `memory` seconds is forgotten."""

    key: str
    free: int
    first: float
    longest: float
    memory: float


def climb(*ladders: Ladder) -> tuple[float, float]:
    """Count a try on all these ladders, or on none, before it is known what comes of it: so that a thousand at once
    are not a thousand first ones.

    Returns:
        The seconds until this try may be made (0: it may, and is counted), and until the next one may be.
    """
    steps = [number for each in ladders for number in (each.free, each.first, each.longest, each.memory)]
    wait, after = _script(_CLIMB)(keys=[each.key for each in ladders], args=steps)
    return float(wait), float(after)


def step_down(ladder: Ladder) -> None:
    """A try turned out not to count."""
    _script(_STEP_DOWN)(keys=[ladder.key], args=[ladder.free])


def forget(ladder: Ladder) -> None:
    connection().delete(ladder.key)


@dataclass(frozen=True)
class Places:
    """`most` places, each of which one taker has for `seconds` after they last took it. The count can be lost; whoever
    takes writes down who and when elsewhere, too, and fills it again from there."""

    key: str
    most: int
    seconds: float


@dataclass(frozen=True)
class Place:
    """What somebody who wanted a place got.

    Attributes:
        free_at: when one becomes free for them; None: they have one. before: since when they had it already.
    """

    free_at: float | None = None
    before: float | None = None


def take_places(places: Places, takers: Sequence[str], *, now: float) -> list[Place] | None:
    """A place for each of these, as far as there are places; None: the count was lost, and nobody got any.

    Args:
        now: as seconds since 1970, by the clock of whoever writes it down.
    """
    found = _script(_TAKE_PLACES)(keys=[places.key], args=[repr(now), places.seconds, places.most, *takers])
    return None if found is None else [_place(each.decode()) for each in found]


def _place(told: str) -> Place:
    if told.startswith("-"):
        return Place(free_at=float(told[1:]))
    return Place(before=float(told) if told else None)


def fill_places(places: Places, taken: Mapping[str, float]) -> None:
    """What was written down elsewhere; whoever has a later moment here keeps that."""
    with connection().pipeline() as commands:
        if taken:
            commands.zadd(places.key, {who: repr(at) for who, at in taken.items()}, gt=True)
        commands.zadd(places.key, {"": "+inf"})
        commands.pexpire(places.key, int(places.seconds * 1000))
        commands.execute()


def leave_place(places: Places, taker: str, *, taken: float, before: float | None) -> None:
    """Give a place back that was taken at a moment, for the one that they had before."""
    _script(_LEAVE_PLACE)(keys=[places.key], args=[taker, repr(taken), "" if before is None else repr(before)])


def places_taken(places: Places, *, now: float) -> tuple[int, float | None] | None:
    """How many are taken, and when the first of them becomes free; None: the count was lost."""
    with connection().pipeline() as commands:
        commands.zscore(places.key, "")
        commands.zcount(places.key, f"({now - places.seconds!r}", "(+inf")
        commands.zrangebyscore(places.key, f"({now - places.seconds!r}", "(+inf", start=0, num=1, withscores=True)
        known, taken, first = commands.execute()
    return (int(taken), first[0][1] + places.seconds if first else None) if known is not None else None


def forget_count(key: str) -> None:
    connection().delete(key)


def forget_all(prefix: str) -> None:
    """All counts whose keys begin so; walks through Redis, for what people do by hand."""
    for key in connection().scan_iter(match=f"{prefix}*", count=1000):
        connection().unlink(key)


@cache
def _script(text: str) -> "redis.commands.core.Script":
    return connection().register_script(text)
