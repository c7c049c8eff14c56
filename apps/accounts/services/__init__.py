"""Every write of accounts, by what it is about. Other apps and tests import from here."""

from apps.accounts.services.members import add_member, set_member_active
from apps.accounts.services.organizations import create_organization
from apps.accounts.services.sessions import Client
from apps.accounts.services.sign_in import (
    forget_old_tokens,
    login,
    logout,
    refresh,
    register,
    set_user_active,
    switch_organization,
)
from apps.accounts.services.statuses import record_status, status_of

__all__ = [
    "Client",
    "add_member",
    "create_organization",
    "forget_old_tokens",
    "login",
    "logout",
    "record_status",
    "refresh",
    "register",
    "set_member_active",
    "set_user_active",
    "status_of",
    "switch_organization",
]
