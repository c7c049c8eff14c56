from dataclasses import dataclass, field
from typing import Protocol

from apps.vault.errors import SecretUnreadable


@dataclass(frozen=True)
class Sealed:
    """An encrypted text and what its provider has to know to open it: nothing of it is secret."""

    provider: str
    key_id: str
    text: str
    metadata: dict[str, str] = field(default_factory=dict)


# Between the owner and the value. It stands in no id.
_END = "\n"


def bound(value: str, owner: str) -> str:
    """What is encrypted: the value and whose it is, whatever the provider binds by itself, so that a value opens
    nowhere but in its own row."""
    return f"{owner}{_END}{value}"


def value_of(text: str, owner: str) -> str:
    """
    Raises:
        SecretUnreadable: it is another owner's.
    """
    whose, _, value = text.partition(_END)
    if whose != owner:
        raise SecretUnreadable
    return value


class Provider(Protocol):
    """All raise `ProviderAway` where nobody answers, and `SecretUnreadable` where no key fits."""

    def current_key(self) -> str:
        """The id of the key that encrypts now, as it will stand in `Sealed.key_id`."""

    def encrypt(self, text: str, owner: str) -> Sealed:
        """`owner` is bound to it as far as the provider knows how, and must be said again to open it."""

    def decrypt(self, sealed: Sealed, owner: str) -> str: ...

    def rewrap(self, sealed: Sealed, owner: str) -> Sealed:
        """The same under the newest key. Where the provider can, nobody else sees the text meanwhile."""
