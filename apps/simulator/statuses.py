"""The webhook of one status of a message that the business sent."""

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
    world: World, number: Number, customer: Customer, message: Message, step: Step, pricing: dict[str, Any] | None
) -> Delivery:
    """Write the status and its webhook down; the courier gets the result once it is committed."""
    item = status(
        customer,
        message.wamid,
        step.status,
        step.at,
        opaque=message.opaque,
        pricing=pricing if step.status in ("sent", "delivered") else None,
        errors=[failure(step.code)] if step.code is not None else None,
    )
    change = status_change(number, customer, item)
    return world.messages.add_webhook(
        message, kind="status", change=change, at=step.at, status=step.status, code=step.code
    )
