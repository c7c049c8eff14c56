"""What an organization demands of whoever gets in."""

from __future__ import annotations

from typing import Any, cast

from apps.accounts.errors import NoSecondFactor
from apps.accounts.models import Organization, Session
from apps.accounts.selectors import Access, demands_second_factor
from apps.accounts.services import audit
from apps.core.realtime import tell_group
from apps.core.wake import after_commit


def change_security(*, access: Access, require_second_factor: bool) -> Organization:
    """Demand second factors, or no longer. Who has none may do nothing from now on but set one up.

    Raises:
        NoSecondFactor: nobody demands of others what they haven't shown themselves.
    """
    session = Session.objects.filter(pk=cast(Any, access.session_id)).first()
    if require_second_factor and not (session and session.second_factor):
        raise NoSecondFactor
    organization = Organization.objects.select_for_update(no_key=True).get(pk=access.organization_id)
    before = {"require_second_factor": demands_second_factor(organization)}
    after = {"require_second_factor": require_second_factor}
    security = organization.settings.get("security", {})
    organization.settings = organization.settings | {"security": security | after}
    organization.save(update_fields=["settings"])
    audit.record(
        "security.changed", organization_id=organization.pk, target="organization", target_id=organization.pk,
        before=before, after=after,
    )  # fmt: skip

    def look_again() -> None:
        tell_group(f"organization.{organization.pk}", {"type": "access.changed"})

    after_commit(look_again)
    return organization
