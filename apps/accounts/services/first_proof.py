"""The first proof of a person's e-mail address by somebody who couldn't know the password: by a link that sets one.

Anybody may register with anybody's address. Whoever owns the mailbox takes the account over, and must not find there
what somebody else left to get in by once more. So nothing that was made before stays good.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.utils import timezone

from apps.accounts.models import ExternalIdentity, User
from apps.accounts.services import api_keys, identities
from apps.accounts.services.everywhere import record_everywhere


def take_over(user: User) -> None:
    """The address is theirs. Second factors, passkeys, recovery codes, API keys and linked accounts of before are
    void; whoever calls this inside the door ends the sign-ins, too. A proven address is left as it is.
    """
    if user.email_verified_at is not None:
        return
    user.email_verified_at = timezone.now()
    user.save(update_fields=["email_verified_at"])
    factors = Authenticator.objects.filter(user=user)
    dropped = {"second_factors": sorted(factors.values_list("type", flat=True))}
    factors.delete()
    api_keys.revoke_all_of(user.pk)
    rows = ExternalIdentity.objects.across_organizations().filter(user=user)
    for identity in rows.select_related("provider"):
        identities.end(identity)
    record_everywhere("email.verified", user, after=dropped)
