"""Nobody raises: who may give which role and which permissions, and to whom."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from apps.accounts.errors import MayNotGrant, NoSuchDepartment, NoSuchRole, OutOfReach, UnknownPermission
from apps.accounts.models import CustomRole, Department, Membership, Role
from apps.accounts.permissions import OWN_ORGANIZATION
from apps.accounts.selectors import Access, permissions_at, permissions_of_member
from apps.core.permissions import all_permissions


@dataclass(frozen=True)
class Place:
    """What somebody is, or shall be, in an organization."""

    role: str = Role.AGENT
    custom_role: CustomRole | None = None


def place_given(*, by: Access, role: str, custom_role_id: UUID | None) -> Place:
    """The place that `by` wants to give; a custom role takes the place of the built-in one.

    Raises:
        NoSuchRole: the organization has no role with this id.
        MayNotGrant: it holds more than `by` has; only an owner makes owners.
    """
    place = Place(role)
    if custom_role_id:
        # Held until the transaction ends, so that nobody deletes it, or puts more into it, meanwhile.
        roles = CustomRole.objects.for_organization(by.organization_id).select_for_update(no_key=True)
        found = roles.filter(pk=custom_role_id).first()
        if found is None:
            raise NoSuchRole
        place = Place(Role.AGENT, found)
    check_place(by, place.role, place.custom_role)
    return place


def check_place(by: Access, role: str, custom_role: CustomRole | None) -> None:
    """
    Raises:
        MayNotGrant: this place holds more than `by` has; only an owner makes owners.
    """
    check_grant(by, permissions_at(by.organization, role, custom_role))
    if role == Role.OWNER and by.role != Role.OWNER:
        raise MayNotGrant("Only an owner makes owners.")


def check_grant(by: Access, permissions: Collection[str]) -> None:
    """
    Raises:
        MayNotGrant: `by` lacks one of them.
    """
    if missing := {*permissions} - by.permissions:
        raise MayNotGrant(f"Nobody gives what they haven't got: {', '.join(sorted(missing))}.")


def check_names(permissions: Collection[str], *, field: str) -> list[str]:
    """The names, in order and each once.

    Raises:
        UnknownPermission: there is none of this name, or it is the owners' alone.
    """
    known = {each.name for each in all_permissions()} - {OWN_ORGANIZATION}
    if unknown := {*permissions} - known:
        raise UnknownPermission(f"There is no permission {', '.join(sorted(unknown))} to give.", field=field)
    return sorted({*permissions})


def check_reach(by: Access, member: Membership) -> None:
    """
    Raises:
        OutOfReach: the member may do something that `by` may not.
    """
    if member.user_id != by.user.pk and (more := permissions_of_member(member, by.organization) - by.permissions):
        raise OutOfReach(f"This person may do what you may not: {', '.join(sorted(more))}.")


def departments_named(organization_id: UUID, ids: Collection[UUID]) -> list[UUID]:
    """
    Raises:
        NoSuchDepartment: one of the ids names no department of the organization.
    """
    wanted = {*ids}
    found = Department.objects.for_organization(organization_id).filter(pk__in=wanted).values_list("pk", flat=True)
    if unknown := wanted - {*found}:
        raise NoSuchDepartment(f"There is no department {min(unknown)}.")
    return sorted(wanted)
