from apps.core.wake import drain, task
from apps.messaging import inbound, sender, services
from apps.whatsapp.services.inbound import split_some

SPLITS_AHEAD = 3


@task("inbound.drain")
def drain_inbound() -> None:
    drain("inbound.drain", lambda: _split_ahead() + inbound.drain_some())


def _split_ahead() -> int:
    """Splitting keeps ahead of handling: only what is split shows whose it is, and gets its fair turn."""
    found = 0
    for _ in range(SPLITS_AHEAD):
        some = split_some()
        found += some
        if not some:
            break
    return found


@task("outbox.drain")
def drain_outbox() -> None:
    sender.drain()


@task("messaging.apply_retention", queue="slow", every=3600)
def apply_retention() -> None:
    drain("messaging.apply_retention", services.forget_old_messages)


@task("messaging.tell_blocks", queue="slow")
def tell_blocks() -> None:
    drain("messaging.tell_blocks", services.tell_one_block)
