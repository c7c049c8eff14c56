"""An organization's own roles, built of named permissions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.errors import RoleInUse, RoleNameTaken
from apps.accounts.models import CustomRole, Invitation, Membership
from apps.accounts.selectors import Access
from apps.accounts.services import audit
from apps.accounts.services.granting import check_grant, check_names
from apps.accounts.services.sessions import permissions_changed
from apps.core.constraints import constraint_means
from apps.core.errors import NotFound


@transaction.atomic
def create_role(*, by: Access, name: str, permissions: Collection[str], description: str = "") -> CustomRole:
    """
    Raises:
        UnknownPermission: it names which.
        MayNotGrant: its author lacks one of the permissions.
        RoleNameTaken: in whatever case.
    """
    wanted = check_names(permissions, field="permissions")
    check_grant(by, wanted)
    with constraint_means("accounts_custom_role_name_once", _taken(name)):
        rows = CustomRole.objects.for_organization(by.organization_id)
        role = rows.create(name=name, description=description, permissions=wanted)
    _record("created", role, after=_shown(role))
    return role


@transaction.atomic
def change_role(*, by: Access, role: CustomRole, **values: Any) -> CustomRole:
    """Another `name`, `description` or `permissions`, which hold at once for everybody who has it.

    Raises:
        MayNotGrant: it holds, or would hold, what `by` lacks.
        NotFound, UnknownPermission, RoleNameTaken
    """
    role = _locked(by.organization_id, role.pk)
    check_grant(by, role.permissions)
    before = _shown(role)
    if "permissions" in values:
        values["permissions"] = check_names(values["permissions"], field="permissions")
        check_grant(by, values["permissions"])
    for name, value in values.items():
        setattr(role, name, value)
    with constraint_means("accounts_custom_role_name_once", _taken(role.name)):
        role.save(update_fields=list(values))
    after = _shown(role)
    changed = [name for name in after if before[name] != after[name]]
    _record("changed", role, before={n: before[n] for n in changed}, after={n: after[n] for n in changed})
    if "permissions" in changed:
        permissions_changed(role.organization_id, _holders(role).values_list("user_id", flat=True))
    return role


@transaction.atomic
def delete_role(*, by: Access, role: CustomRole) -> None:
    """
    Raises:
        RoleInUse: people, or invitations that may still be accepted, have it.
        NotFound, MayNotGrant
    """
    role = _locked(by.organization_id, role.pk)
    check_grant(by, role.permissions)
    invited = Invitation.objects.for_organization(by.organization_id).waiting().filter(custom_role=role)
    if users := _holders(role).count() + invited.count():
        raise RoleInUse(f"{users} people or invitations have this role. Give them another one first.")
    _record("deleted", role, before=_shown(role))
    role.delete()


def _locked(organization_id: UUID, role_id: UUID) -> CustomRole:
    # As strong as deletion wants it: whoever gives the role to somebody at this moment is waited for.
    role = CustomRole.objects.for_organization(organization_id).select_for_update().filter(pk=role_id).first()
    if role is None:
        raise NotFound
    return role


def _holders(role: CustomRole) -> Any:
    return Membership.objects.for_organization(role.organization_id).filter(custom_role=role)


def _shown(role: CustomRole) -> dict[str, Any]:
    return {"name": role.name, "description": role.description, "permissions": [*role.permissions]}


def _taken(name: str) -> RoleNameTaken:
    return RoleNameTaken(f"There is a role “{name}” already.")


def _record(verb: str, role: CustomRole, **sides: Any) -> None:
    audit.record(
        f"roles.{verb}", organization_id=role.organization_id, target="custom_role", target_id=role.pk, **sides
    )
