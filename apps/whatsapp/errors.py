"""What the WhatsApp room refuses."""

from apps.core.errors import Invalid


class NotUnderstood(Invalid):
    """A webhook body that isn't a JSON object, or one nested so deeply that nothing of WhatsApp's looks like it."""

    title, example = "Not a webhook", "The body is not a JSON object."


class MessageNotValid(Invalid):
    """WhatsApp wouldn't take this message as it is; `field` names the part."""

    title, example = "WhatsApp wouldn't take this message", "A contact needs a name."


class LimitExceeded(MessageNotValid):
    """A part of a message is shorter, longer, smaller or larger than WhatsApp takes it.

    Args:
        limit: the bound that was passed.
    """

    title, example = "Over a limit of WhatsApp", "At most 4096 characters; this has 5000."

    def __init__(self, detail: str | None = None, *, field: str | None = None, limit: float | None = None) -> None:
        super().__init__(detail, field=field)
        self.limit = limit


class MediaNotAccepted(MessageNotValid):
    """WhatsApp doesn't send files of this kind as this type of message."""

    title, example = "WhatsApp doesn't send this kind of file", "image/gif can't be sent as image: send it as document."


class NotAddressable(Invalid):
    """There is no phone number and no user id to send to, or a user id stands where a phone number should."""

    title, example = "Nobody to send to", "This contact has neither a phone number nor a WhatsApp user id."
