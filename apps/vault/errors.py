from apps.core.errors import Busy, Conflict, Invalid, NotFound


class NameTaken(Conflict):
    title, example, field = "Secret name taken", "There is a secret “openai_key” here already.", "name"


class NameNotValid(Invalid):
    title, example, field = (
        "Secret name not valid",
        "A name has small letters, digits and _ only, and 100 of them at most.",
        "name",
    )


class ValueNotValid(Invalid):
    title, example, field = "Secret value not valid", "A value is never empty, and has 65536 bytes at most.", "value"


class ChatbotNotNamed(Invalid):
    title, example, field = "Chatbot not named", "A secret of a chatbot says which: chatbot_id.", "chatbot_id"


class NoSuchChatbot(Invalid):
    title, example, field = "No such chatbot", "There is no chatbot with this id here.", "chatbot_id"


class NoSuchSecret(NotFound):
    title, example = "No such secret", "There is no secret “openai_key” here."


class SecretInactive(Conflict):
    title, example = "Secret inactive", "The secret “openai_key” is switched off."


class SecretUnreadable(Conflict):
    """The key is another one, or the row was moved or meddled with: no second try will help."""

    title, example = "Secret unreadable", "No key that is here opens this value. Rotate it: give it a new one."


class ProviderAway(Busy):
    """Whoever keeps the keys doesn't answer, or refuses us. Nothing was written."""

    title, example = "Key provider away", "AWS KMS doesn't answer. Nothing was changed; try again in a while."
