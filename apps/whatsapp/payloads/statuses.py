"""What became of a message of ours, out of one item of a webhook.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
"""

from typing import Any

from apps.whatsapp.payloads.types import StatusEvent
from apps.whatsapp.payloads.values import errors, is_bsuid, mapping, moment, phone, text, user_id, wamid


def status_event(value: dict[str, Any]) -> StatusEvent:
    """Read one status.

    Args:
        value: of an item of kind `status`: `{"status", "contact", "metadata"}`. Anything else in it, or missing from
            it, gives an emptier event and never an error.
    """
    status, contact = mapping(value.get("status")), mapping(value.get("contact"))
    recipient = status.get("recipient_id")
    in_group = status.get("recipient_type") == "group"
    participant = status.get("recipient_participant_id") or status.get("participant_recipient_id")
    conversation = mapping(status.get("conversation"))
    return StatusEvent(
        wamid=wamid(status.get("id")),
        status=text(status.get("status")) or "",
        kind=text(status.get("type")) or "message",
        at=moment(status.get("timestamp")),
        recipient_phone=phone(participant if in_group else recipient),
        recipient_bsuid=(
            user_id(status.get("recipient_participant_user_id"))
            or user_id(status.get("recipient_user_id"))
            or (recipient if is_bsuid(recipient) else None)
            or user_id(contact.get("user_id"))
        ),
        recipient_parent=(
            user_id(status.get("recipient_parent_user_id"))
            or user_id(status.get("parent_recipient_user_id"))
            or user_id(contact.get("parent_user_id"))
        ),
        group_id=text(recipient) if in_group else None,
        opaque=text(status.get("biz_opaque_callback_data")),
        errors=errors(status.get("errors")),
        pricing=_pricing(mapping(status.get("pricing")) or mapping(conversation.get("pricing"))),
        conversation=conversation or None,
        raw=status,
    )


def _pricing(found: dict[str, Any]) -> dict[str, Any] | None:
    """The price's terms under the names of Meta's page; `type` was also met as `pricing_type`."""
    if "pricing_type" in found and "type" not in found:
        found = {**found, "type": found["pricing_type"]}
    return found or None
