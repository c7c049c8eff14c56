"""How a linked account of a provider ends."""

from __future__ import annotations

from apps.accounts.models import ExternalIdentity, Session
from apps.accounts.services import audit
from apps.accounts.services.sessions import end_session


def end(identity: ExternalIdentity) -> None:
    """The provider's subject is nobody here any more, and whoever signed in as it is out."""
    audit.record(
        "identities.unlinked", organization_id=identity.organization_id, target="user", target_id=identity.user_id,
        before={"provider": identity.provider.name, "subject": identity.subject},
        subject_id=identity.user_id, personal=("subject",),
    )  # fmt: skip
    through = Session.objects.open().filter(user=identity.user_id, method="sso")
    for session in through.filter(only_organization_id=identity.organization_id):
        end_session(session, "identity_unlinked")
    identity.delete()
