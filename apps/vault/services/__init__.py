"""Every write to secrets, and every look at their values. All but the commands' run inside an organization's scope."""

from apps.vault.services.keeping import (
    LARGEST_VALUE,
    LONGEST_NAME,
    Details,
    Validation,
    change_secret,
    create_secret,
    delete_secret,
    reveal_secret,
    rotate_secret,
    validate_secret,
)
from apps.vault.services.keys import Reencrypted, count_outdated, reencrypt_all, rotate_key
from apps.vault.services.using import secret_named_in, use_secret

__all__ = [
    "LARGEST_VALUE",
    "LONGEST_NAME",
    "Details",
    "Reencrypted",
    "Validation",
    "change_secret",
    "count_outdated",
    "create_secret",
    "delete_secret",
    "reencrypt_all",
    "reveal_secret",
    "rotate_key",
    "rotate_secret",
    "secret_named_in",
    "use_secret",
    "validate_secret",
]
