from apps.core.wake import drain, task
from apps.messaging import inbound, sender
from apps.whatsapp.services.inbound import split_some


@task("inbound.drain")
def drain_inbound() -> None:
    drain("inbound.drain", lambda: split_some() + inbound.drain_some())


@task("outbox.drain")
def drain_outbox() -> None:
    sender.drain()
