from datetime import UTC, datetime

from apps.core.errors import Conflict, Invalid, Unprocessable


class NotThisWay(Conflict):
    """The number's way to WhatsApp knows no messages of this kind."""

    title, example, field = "Not from this number", "This kind of message can't be sent from this number.", "type"


class WindowClosed(Conflict):
    """Args:
    closed_at: when it closed; None where the customer never wrote.
    """

    title = "24-hour window closed"
    example = "The customer's last message is older than 24 hours: only a template may be sent."

    def __init__(self, *, closed_at: datetime | None = None) -> None:
        if closed_at is None:
            super().__init__()
            return
        at = closed_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        super().__init__(f"The 24 hours after the customer's last message ended at {at}: only a template may be sent.")
        self.more = {"closed_at": at}


class ContactBlocked(Conflict):
    title, example = "Contact blocked", "This contact is blocked. Unblock them first."


class ContactErased(Conflict):
    title, example = "Contact erased", "This contact's data was erased at their request: there is nobody to write to."


class NoAddress(Conflict):
    title = "Nobody to send to"
    example = "This contact has neither a phone number nor a WhatsApp user id."


class ThreadNotOurs(Conflict):
    """Meta's 131070, found before anything is queued."""

    title = "Another responder has this chat"
    example = "Another responder has this chat: take it over, or send a template. (131070)"


class PhoneNeeded(Conflict):
    """Meta's 131062, found before anything is queued."""

    title = "Phone number needed"
    example = "WhatsApp shares only this customer's user id, and one-time codes go to phone numbers alone. (131062)"


class DirectSendNotAllowed(Conflict):
    title, field = "Direct Send not allowed", "direct_send"
    example = "Meta lets portfolios send without a template from a limit of 100,000 customers a day on."


class NoSuchTemplate(Invalid):
    title, field = "No such template", "template.name"
    example = "The account of this number has no template of this name in this language."


class TemplateNotUsable(Conflict):
    title, field = "Template not usable", "template"
    example = "This template can't be sent now: it is paused."


class NumberNotConnected(Conflict):
    title, example = "Number not connected", "This number is disconnected. Connect it again first."


class NumberRestricted(Conflict):
    """Meta forbids the number just this, for a while."""

    title = "Restricted by WhatsApp"
    example = "WhatsApp forbids this number templates until 2026-12-01T12:00Z (RESTRICTED_BIZ_INITIATED_MESSAGING)."


class NoSuchDepartment(Invalid):
    title, example, field = "No such department", "No active department has this id.", "department_id"


class HeldByAColleague(Conflict):
    title = "A colleague has it"
    example = "A colleague has an open conversation with this contact, which you may not see."


class NoSuchContact(Invalid):
    title, example, field = "No such contact", "No contact has this id.", "contact_id"


class NoSuchNumber(Invalid):
    title, example, field = "No such number", "None of the organization's numbers has this id.", "number_id"


class NoSuchMessage(Invalid):
    title, field = "No such message", "reply_to"
    example = "This conversation has no such message, or WhatsApp does not know it yet."


class ClientIdUsed(Unprocessable):
    title, example, field = "Client id used", "This client_id names another message already.", "client_id"


class NoSuchMedia(Invalid):
    title, example, field = "No such file", "No uploaded file has this id, or it is not ready.", "media_id"


class NoSuchAgent(Invalid):
    title, example, field = "No such agent", "Nobody active in this organization has this id.", "agent_id"


class StatusNotAllowed(Conflict):
    title, example = "Status not allowed", "A closed conversation is reopened first."


class AlreadyClosed(Conflict):
    title, example = "Already closed", "This conversation is closed already."


class AlreadyOpen(Conflict):
    title, example = "Already open", "This conversation, or a newer one with the same contact, is open."


class NotRetryable(Conflict):
    title, example = "Can't be sent again", "Only a message that failed or is uncertain can be sent again."


class NotCancellable(Conflict):
    title, example = "Can't be cancelled", "This message has left already."
