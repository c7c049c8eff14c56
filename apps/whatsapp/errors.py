"""What the WhatsApp room refuses."""

from collections.abc import Sequence

from apps.core.errors import Busy, Conflict, Invalid, NotFound, TooLarge, Unprocessable


class NotUnderstood(Invalid):
    """A webhook body that isn't a JSON object, or one nested so deeply that nothing of WhatsApp's looks like it."""

    title, example = "Not a webhook", "The body is not a JSON object."


class MessageNotValid(Invalid):
    """WhatsApp wouldn't take this message, profile or text as it is; `field` names the part."""

    title, example = "WhatsApp wouldn't take this", "A contact needs a name."


class LimitExceeded(MessageNotValid):
    """A part of a message is shorter, longer, smaller or larger than WhatsApp takes it.

    Args:
        limit: the bound that was passed.
    """

    title, example = "Over a limit of WhatsApp", "At most 4096 characters; this has 5000."

    def __init__(self, detail: str | None = None, *, field: str | None = None, limit: float | None = None) -> None:
        super().__init__(detail, field=field)
        self.limit = limit


class TemplateParametersNotValid(MessageNotValid):
    """The values for a template's variables aren't those that it takes.

    Args:
        code: with which WhatsApp would refuse them: 132000 the count, 132012 the kind, 132018 the value …
    """

    title, example = "Values that this template doesn't take", "The body takes 2 parameters; 1 were given."

    def __init__(self, detail: str | None = None, *, field: str | None = None, code: int = 132000) -> None:
        super().__init__(detail, field=field)
        self.code = code


class MediaNotAccepted(MessageNotValid):
    """WhatsApp doesn't send files of this kind as this type of message."""

    title, example = "WhatsApp doesn't send this kind of file", "image/gif can't be sent as image: send it as document."


class NotAddressable(Invalid):
    """There is no phone number and no user id to send to, or a user id stands where a phone number should."""

    title, example = "Nobody to send to", "This contact has neither a phone number nor a WhatsApp user id."


class QrCodeNotNeeded(Invalid):
    """A QR code connects numbers that are behind a gateway."""

    title, example = "No QR code here", "An official number is connected by its token, not by a QR code."


class NumberTaken(Conflict):
    """Somebody has this number already; who, is nobody's business."""

    title, example, field = "Number taken", "This number is connected already.", "phone_number_id"


class NumberNotReadable(Invalid):
    """WhatsApp doesn't let this token read this number, so that whoever shows it has no claim to it."""

    title, example = "WhatsApp refuses", "The access token is not valid. (190)"
    field = "access_token"


class SecretNotUsable(Invalid):
    """The vault's secret that a token is taken from is missing, switched off or no token."""

    title, example = "Secret not usable", "There is no secret “whatsapp_token” here."
    field = "access_token"


class WhatsAppUnreachable(Unprocessable):
    """WhatsApp was asked and gave no clear answer; nothing was changed."""

    title, example = "WhatsApp doesn't answer", "WhatsApp couldn't be reached. Nothing was changed; try again."


class NumberRefused(Unprocessable):
    """WhatsApp was asked to do something with the number and said no; nothing was changed."""

    title, example = "WhatsApp refuses", "The two-step PIN is wrong. (133005)"


class CloudApiOnly(Conflict):
    """What is asked is Meta's Cloud API's alone."""

    title, example = "Not with this number", "Only numbers of Meta's Cloud API have this; this one is a gateway's."


class InPhonesApp(Conflict):
    """A number that is in the WhatsApp Business app as well is registered and disconnected there."""

    title, example = "In the phone's app", "This number is in the WhatsApp Business app, and is managed there."


class SignupNotOffered(Conflict):
    title, example = "Sign-up not offered", "This installation has no app at Meta that others may sign up with."


class SignupRefused(Unprocessable):
    """Meta doesn't take the code, or the token behind it may not do what is needed."""

    title, example, field = "WhatsApp refuses", "The code is too old or was used before. (100)", "code"


class BlockNotPossible(Unprocessable):
    """WhatsApp blocks only who wrote within the last 24 hours."""

    title, example = "Not to be blocked now", "WhatsApp blocks only who wrote to this number within 24 hours. (139100)"


class AppOfInstallation(Conflict):
    """The number's app belongs to the installation, and not to the organization."""

    title, example = "App of the installation", "Whoever runs this installation sets up the app of this number."


class NoSuchNumber(NotFound):
    title, example = "Not Found", "There is no such number here, or it was removed."


class FileTooLarge(TooLarge):
    title, example, field = "Too large", "A file may have 100 MB.", "file"


class Infected(Unprocessable):
    """The virus scanner knows what is in the file; it was not kept."""

    title, example, field = "Virus found", "The virus scanner found Eicar-Test-Signature in this file.", "file"


class NotScanned(Busy):
    """Without the virus scanner's word no file is kept."""

    title, example = "Virus scanner away", "The virus scanner doesn't answer. The file was not kept; try again."


class OffsetDiffers(Conflict):
    """The part doesn't begin where the last one ended; `offset` says where it did.

    Args:
        offset: how many bytes are here.
    """

    title, example, field = "Begin elsewhere", "524288 bytes are here: go on from there.", "offset"

    def __init__(self, offset: int | None = None) -> None:
        super().__init__(None if offset is None else f"{offset} bytes are here: go on from there.")
        if offset is not None:
            self.more = {"offset": offset}


class PartTooLarge(TooLarge):
    title, example, field = "Too large", "A part may have 8 MB.", "file"


class TooManyUploads(Conflict):
    title, example = "Too many uploads", "10 of your uploads are unfinished: end or cancel one of them."


class UploadFull(Invalid):
    """More bytes than the file was said to have."""

    title, example, field = "More than the file has", "The file has 1048576 bytes; this part goes beyond.", "file"


class TemplateNotValid(Invalid):
    """WhatsApp wouldn't take this template; `errors` names everything that is wrong, each at its field.

    Args:
        errors: field, code and a sentence.
    """

    title, example = "WhatsApp wouldn't take this template", "At most 60 characters; this has 75."
    field = "components[0].text"

    def __init__(self, errors: Sequence[tuple[str, str, str]] = ()) -> None:
        super().__init__(errors[0][2] if errors else None, field=errors[0][0] if errors else None)
        if errors:
            named = [{"field": field, "code": code, "message": message} for field, code, message in errors]
            self.more = {"errors": named}


class TemplateExists(Conflict):
    title, example, field = "Template exists", "There is a template of this name in this language.", "name"


class TemplateNotEditable(Conflict):
    """In its present state WhatsApp lets nobody change it, or not so often."""

    title, example = "Not to be edited now", "A template in review can't be edited."


class TemplateNotInState(Conflict):
    """What is asked doesn't go with how the template stands."""

    title, example = "Not as it stands", "This template is at WhatsApp already."


class SystemTemplate(Conflict):
    title, example = "System template", "This template belongs to the system and can't be deleted."


class NumberWithoutTemplates(Invalid):
    """Templates are the Cloud API's, and belong to a WhatsApp Business Account."""

    title, example = "No templates here", "This number has no WhatsApp Business Account."


class TemplateRefused(Unprocessable):
    """WhatsApp was asked and refused; nothing was changed."""

    title, example = "WhatsApp refuses", "The template's name is being deleted: it is free again in 30 days. (2388023)"


class SyncRunning(Conflict):
    title, example = "Already at it", "These templates are being synchronized just now."
