"""Token buckets and ladders of delays in Redis, counted by all processes together."""

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
# As much as there is, up to what is wanted.
_TAKE_UP_TO = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local capacity, refill, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local level, at = unpack(redis.call('HMGET', KEYS[1], 'level', 'at'))
level = math.min(capacity, (tonumber(level) or capacity) + (now - (tonumber(at) or now)) * refill)
local taken = math.max(math.min(math.floor(level), wanted), math.min(wanted, 0))
redis.call('HSET', KEYS[1], 'level', tostring(level - taken), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / refill * 1000) + 1000)
return taken
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


def take_up_to(bucket: Bucket, most: int) -> int:
    """Take what there is, `most` at most; a negative `most` gives tokens back. Returns how many were taken."""
    return int(_script(_TAKE_UP_TO)(keys=[bucket.key], args=[bucket.capacity, bucket.refill, most]))


def level(bucket: Bucket) -> float:
    """Tokens in the bucket now, none taken."""
    found: list[Any] = connection().hmget(bucket.key, "level", "at")
    seconds, micros = connection().time()
    if found[0] is None:
        return bucket.capacity
    return min(bucket.capacity, float(found[0]) + (seconds + micros / 1e6 - float(found[1])) * bucket.refill)


def empty(bucket: Bucket, *, owe: float = 0) -> None:
    """Leave the bucket with nothing, and `owe` tokens less: somebody outside says that we were too fast."""
    alive = int((bucket.capacity + owe) / bucket.refill * 1000) + 1000
    _script(_DRAIN)(keys=[bucket.key], args=[-owe, alive])


def reset(bucket: Bucket) -> None:
    connection().delete(bucket.key)


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


@cache
def _script(text: str) -> "redis.commands.core.Script":
    return connection().register_script(text)
