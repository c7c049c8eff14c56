"""The installation's own keys, `ENCRYPTION_KEYS`: a new one in front encrypts, the old ones behind it decrypt."""

from cryptography.fernet import InvalidToken

from apps.core import encryption
from apps.vault.errors import SecretUnreadable
from apps.vault.providers.sealed import Sealed, value_of

NAME = "fernet"


class Fernet:
    def current_key(self) -> str:
        return encryption.current_key_id()

    def encrypt(self, text: str, owner: str) -> Sealed:
        return Sealed(NAME, self.current_key(), encryption.encrypt(text))

    def decrypt(self, sealed: Sealed, owner: str) -> str:
        try:
            return encryption.decrypt(sealed.text)
        except InvalidToken as error:
            raise SecretUnreadable from error

    def rewrap(self, sealed: Sealed, owner: str) -> Sealed:
        text = self.decrypt(sealed, owner)
        value_of(text, owner)  # what was moved here is not made to look like ours
        return self.encrypt(text, owner)


PROVIDER = Fernet()
