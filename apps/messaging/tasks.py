from apps.core.wake import drain, task
from apps.messaging import inbound, sender
from apps.whatsapp.services.inbound import split_some

SPLITS_AHEAD = 3


@task("inbound.drain")
def drain_inbound() -> None:
    # Splitting keeps ahead: only what is split shows whose it is, and gets its fair turn.
    drain("inbound.drain", lambda: sum(split_some() for _ in range(SPLITS_AHEAD)) + inbound.drain_some())


@task("outbox.drain")
def drain_outbox() -> None:
    sender.drain()
