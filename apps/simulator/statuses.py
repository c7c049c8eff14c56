"""The webhook of one status of a message that the business sent."""

import hashlib
from typing import Any

from apps.simulator.customers import Customer
from apps.simulator.errors import failure
from apps.simulator.life import Step
from apps.simulator.messages import Message
from apps.simulator.numbers import Number
from apps.simulator.payloads import status, status_change
from apps.simulator.webhooks import Delivery
from apps.simulator.world import World


def status_delivery(
    world: World, number: Number, customer: Customer, message: Message, step: Step, pricing: dict[str, Any] | None,
    entry: float | None = None,
) -> Delivery:  # fmt: skip
    """Write the status and its webhook down; the courier gets the result once it is committed.

    Args:
        entry: when the free entry point ends that the message belongs to.
    """
    item = status(
        customer,
        message.wamid,
        step.status,
        step.at,
        opaque=message.opaque,
        pricing=pricing if step.status in ("sent", "delivered") else None,
        errors=[failure(step.code)] if step.code is not None else None,
        addressed="user" if not message.content.get("to") else "phone",
    )
    if entry is not None and step.status in ("sent", "delivered"):
        item["conversation"] = _conversation(number, message, step, entry)
    if message.content.get("category") in ("utility", "authentication"):
        item["template_id"] = world.templates.direct(number.waba_id, message.content)
    change = status_change(number, customer, item)
    return world.messages.add_webhook(
        message, kind="status", change=change, at=step.at, status=step.status, code=step.code
    )


def _conversation(number: Number, message: Message, step: Step, entry: float) -> dict[str, Any]:
    """A free entry point; when it ends is told with `sent` alone."""
    name = hashlib.sha256(f"{number.phone_number_id} {message.peer} {int(entry)}".encode()).hexdigest()[:32]
    ends = {"expiration_timestamp": str(int(entry))} if step.status == "sent" else {}
    return {"id": name, **ends, "origin": {"type": "referral_conversion"}}
