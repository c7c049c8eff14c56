"""Who has a chat, where a number has more than one responder: taken, handed on, let go of.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/conversation-routing
"""

from __future__ import annotations

from apps.whatsapp.models import Number
from apps.whatsapp.providers import cloud_numbers as calls
from apps.whatsapp.services.numbers.desk import NumberDesk


def control_thread(
    *, number: Number, action: str, phone: str = "", user_id: str = "", role: str = "", note: str = ""
) -> None:
    """`take` the chat with this person, `pass` it to a role, or `release` it, so that nobody has it.

    Args:
        role: of whom it is passed to; without one, whoever it is escalated to.
        note: for whoever gets it.

    Raises:
        NumberRefused: e.g. 2494191, only the number's escalation partner may take chats; 131070, it isn't ours to pass.
        CloudApiOnly, WhatsAppUnreachable, ProviderAway
    """
    who = {"to": phone} if phone else {"recipient": user_id}
    NumberDesk.of(number).ask(
        lambda client, its, token: calls.thread_control(client, its, token, who, action=action, role=role, note=note)
    )
