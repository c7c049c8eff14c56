"""Everything that the simulator knows, put together once at start."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

from apps.simulator import magic
from apps.simulator.accounts import Accounts
from apps.simulator.buckets import Buckets
from apps.simulator.clock import Clock
from apps.simulator.customers import Customers
from apps.simulator.failures import Failures
from apps.simulator.handshake import Handshakes
from apps.simulator.hub import Hub
from apps.simulator.ledger import Ledger
from apps.simulator.magic import Spell
from apps.simulator.media import MediaStore
from apps.simulator.messages import Messages
from apps.simulator.numbers import Numbers
from apps.simulator.pricing import Prices
from apps.simulator.quotas import Quotas
from apps.simulator.responders import Threads
from apps.simulator.switches import Switches
from apps.simulator.templates import Templates
from apps.simulator.webhooks import Courier


@dataclass
class World:
    """The parts of the simulator, by name."""

    ledger: Ledger
    clock: Clock
    random: Random
    ids: Random
    switches: Switches
    numbers: Numbers
    accounts: Accounts
    customers: Customers
    messages: Messages
    media: MediaStore
    prices: Prices
    threads: Threads
    buckets: Buckets
    quotas: Quotas
    failures: Failures
    hub: Hub
    courier: Courier
    handshakes: Handshakes
    templates: Templates
    background: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Go on where the last process stopped."""
        self.ledger.keep_note("starts", str(int(self.ledger.note("starts") or 0) + 1))
        self.customers.meet(self.clock.now())
        self.media.keep_secret()
        await self.courier.start()
        await self.handshakes.start()
        await self.templates.start()

    async def stop(self) -> None:
        self.hub.close()
        for task in self.background:
            task.cancel()
        await asyncio.gather(*self.background, return_exceptions=True)
        await self.templates.stop()
        await self.handshakes.stop()
        await self.courier.stop()
        self.ledger.close()

    def spell(self, address: str) -> Spell:
        """What is special about this recipient, if magic is switched on."""
        return magic.spell(address) if self.switches.magic else magic.NO_SPELL

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do this while the request is answered."""
        task = asyncio.get_running_loop().create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    def set_switches(self, wanted: dict[str, Any]) -> None:
        """Change switches, for this process and for the next one.

        Raises:
            BadSwitch: an unknown name or value.
        """
        self.switches.change(wanted)
        self._switched()

    def set_clock(self, offset: float) -> None:
        """Move the clock this far ahead of the machine's."""
        self.clock.offset = offset
        self.ledger.keep_note("clock", str(offset))
        self.courier.kick()
        self.templates.kick()
        self.hub.panel_changed()

    def reset(self) -> None:
        """Forget messages, media, customers, switches and the clock; numbers stay."""
        self.courier.clear()
        self.messages.clear()
        self.media.clear()
        self.prices.clear()
        self.threads.clear()
        self.buckets.clear()
        self.quotas.clear()
        self.failures.clear()
        self.templates.clear()
        self.accounts.clear()
        self.customers.clear(self.clock.now())
        self.set_clock(0.0)
        self.switches.reset()
        self._switched()

    def _switched(self) -> None:
        self.ledger.keep_note("switches", json.dumps(self.switches.as_json()))
        self.courier.kick()
        self.hub.panel_changed()


def make_world(data: Path, *, seed: int | None = None, at: float | None = None) -> World:
    """Open the ledger, or make it, and put everything together.

    Args:
        data: the SQLite file; media are kept in a folder beside it.
        seed: makes delays, ids and the switches' chances the same in each run.
        at: where the clock stands; without it, it is the machine's.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(data)
    clock = Clock(float(ledger.note("clock") or 0), at)
    switches = Switches()
    switches.change(json.loads(ledger.note("switches") or "{}"))
    random = Random(seed)  # noqa: S311 - delays, not secrets
    ids = SystemRandom() if seed is None else Random(f"{seed} {ledger.note('starts') or 0}")  # noqa: S311 - no two runs on one ledger share ids
    numbers, hub = Numbers(ledger), Hub()
    courier = Courier(ledger=ledger, numbers=numbers, switches=switches, clock=clock, hub=hub, random=random)
    messages = Messages(ledger)
    templates = Templates(
        ledger=ledger, numbers=numbers, messages=messages, courier=courier, switches=switches, clock=clock
    )
    return World(
        ledger=ledger,
        clock=clock,
        random=random,
        ids=ids,
        switches=switches,
        numbers=numbers,
        accounts=Accounts(ledger, clock),
        customers=Customers(ledger),
        messages=messages,
        media=MediaStore(ledger, clock, data.with_suffix(".media"), ids),
        prices=Prices(ledger),
        threads=Threads(ledger),
        buckets=Buckets(clock.now),
        quotas=Quotas(clock.now),
        failures=Failures(ledger),
        hub=hub,
        courier=courier,
        handshakes=Handshakes(numbers=numbers, courier=courier, hub=hub),
        templates=templates,
    )
