"""People's places in an organization: changed, let in and out, ended."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.accounts.errors import LastOwner, NoSuchMember, OwnRole, Yourself
from apps.accounts.events import MemberChanged, MemberDeactivated
from apps.accounts.models import AgentStatus, DepartmentMember, Membership, Organization, PrivacyJob, Role, User
from apps.accounts.selectors import Access
from apps.accounts.services import api_keys, audit, invitations, limits
from apps.accounts.services.granting import check_grant, check_names, check_reach, departments_named, place_given
from apps.accounts.services.sessions import close_sockets_of_user, permissions_changed, shut_out
from apps.accounts.services.statuses import record_status
from apps.core.events import publish
from apps.core.tenancy import organization_scope

SEE_ALL = "conversations.view_all"  # whoever has it gains nothing by a department
_PLACE = {"role", "custom_role_id", "extra_permissions"}


def add_member(*, organization: Organization, user: User, role: str) -> Membership:
    """Take a person into an organization; whoever belonged to it before gets this role."""
    members = Membership.objects.in_scope()
    known = members.filter(organization=organization, user=user).first()
    before = {"role": known.role, "is_active": known.is_active} if known else {}
    member, _ = members.update_or_create(
        organization=organization, user=user, defaults={"role": role, "is_active": True}
    )
    audit.record(
        "members.added", organization_id=organization.pk, target="membership", target_id=member.pk, before=before,
        after={"role": role, "is_active": True, "full_name": user.full_name, "email": user.email},
        subject_id=user.pk, personal=("full_name", "email"),
    )  # fmt: skip
    _publish(member)
    return member


@transaction.atomic
def change_member(*, by: Access, user_id: UUID, **values: Any) -> Membership:
    """Another `role`, `custom_role_id`, `extra_permissions`, `department_ids` or `greeting`; what isn't named stays.

    Raises:
        NoSuchMember: nobody in this organization has the id.
        OwnRole: nobody changes what they may do themselves.
        OutOfReach: the person may do more than `by`.
        MayNotGrant: they would get what `by` hasn't got.
        LastOwner, NoSuchRole, NoSuchDepartment, UnknownPermission
    """
    member = _locked(by.organization_id, user_id)
    before = _shown(member)
    if user_id != by.user.pk:
        check_reach(by, member)
    elif "department_ids" in values and SEE_ALL not in by.permissions:
        raise OwnRole("Your own departments decide what you see: somebody else changes them.")
    if _PLACE & values.keys():
        if user_id == by.user.pk:
            raise OwnRole
        _change_place(by, member, values)
    if "greeting" in values:
        member.greeting = values["greeting"]
    member.save(update_fields=["role", "custom_role", "extra_permissions", "greeting"])
    if "department_ids" in values:
        _set_departments(member, values["department_ids"])
    after = _shown(member)
    if after == before:
        return member
    _record("changed", member, before={k: v for k, v in before.items() if v != after[k]},
            after={k: v for k, v in after.items() if v != before[k]})  # fmt: skip
    _tell(member)
    return member


@transaction.atomic
def activate(*, by: Access, user_id: UUID) -> Membership:
    """Let somebody in again, with what they had but for API keys and sign-ins: those ended with them.

    Raises:
        NoSuchMember, OutOfReach, PlanLimitReached
    """
    member = _locked(by.organization_id, user_id)
    check_reach(by, member)
    return _let_in(member)


@transaction.atomic
def deactivate(*, by: Access, user_id: UUID) -> Membership:
    """Let somebody out at once: their sign-ins and API keys open nothing here any more, their sockets close, and what
    they had in hand is handed back.

    Raises:
        NoSuchMember, OutOfReach, LastOwner
        Yourself: somebody else has to do that.
    """
    if user_id == by.user.pk:
        raise Yourself
    member = _locked(by.organization_id, user_id)
    check_reach(by, member)
    return _let_out(member)


@transaction.atomic
def remove(*, by: Access, user_id: UUID) -> None:
    """End a membership. The person, and their places elsewhere, are their own.

    Raises:
        NoSuchMember, OutOfReach, LastOwner, Yourself
    """
    if user_id == by.user.pk:
        raise Yourself
    member = _locked(by.organization_id, user_id)
    check_reach(by, member)
    _end(member, "removed")


@transaction.atomic
def leave(*, by: Access) -> None:
    """
    Raises:
        LastOwner: somebody else has to be made an owner first.
    """
    _end(_locked(by.organization_id, by.user.pk), "left")


def set_member_active(*, organization_id: UUID, user_id: UUID, active: bool) -> None:
    """Let a person in or out, from a command or the desk; who is out loses every socket at once.

    Raises:
        LastOwner: nobody else owns the organization.
        NoSuchMember: nobody in this organization has the id.
    """
    with organization_scope(organization_id):
        member = _locked(organization_id, user_id)
        _let_in(member) if active else _let_out(member)


def _locked(organization_id: UUID, user_id: UUID) -> Membership:
    """The member, locked together with every owner in one order, so that of two last owners one stays."""
    members = Membership.objects.for_organization(organization_id).select_related("user", "custom_role")
    rows = members.filter(Q(user=user_id) | Q(role=Role.OWNER)).select_for_update(no_key=True, of=("self",))
    found = {each.user_id: each for each in rows.order_by("pk")}
    if user_id not in found:
        raise NoSuchMember("Nobody in this organization has this id.")
    return found[user_id]


def may_end(*, organization_id: UUID, user_id: UUID) -> Membership:
    """The member, locked as whoever leaves or is removed, so that of two last owners one stays.

    Raises:
        NoSuchMember, LastOwner
    """
    member = _locked(organization_id, user_id)
    _check_not_last_owner(member)
    return member


def _check_not_last_owner(member: Membership) -> None:
    """Call it under the lock of `_locked()`. An owner who is about to be erased is none who stays."""
    jobs = PrivacyJob.objects.for_organization(member.organization_id).unfinished()
    leaving = jobs.filter(kind=PrivacyJob.Kind.ERASE, subject_kind=PrivacyJob.SubjectKind.USER).values("subject_id")
    owners = Membership.objects.for_organization(member.organization_id).active().filter(role=Role.OWNER)
    staying = owners.exclude(pk=member.pk).exclude(user__in=leaving)
    if member.role == Role.OWNER and member.is_active and not staying.exists():
        raise LastOwner


def _change_place(by: Access, member: Membership, values: dict[str, Any]) -> None:
    if {"role", "custom_role_id"} & values.keys():
        place = place_given(by=by, role=values.get("role", member.role), custom_role_id=values.get("custom_role_id"))
        if place.role != Role.OWNER:
            _check_not_last_owner(member)
        member.role, member.custom_role = place.role, place.custom_role
    if "extra_permissions" in values:
        wanted = check_names(values["extra_permissions"], field="extra_permissions")
        check_grant(by, wanted)
        member.extra_permissions = wanted


def _set_departments(member: Membership, ids: Collection[UUID]) -> None:
    wanted = departments_named(member.organization_id, ids)
    links = DepartmentMember.objects.for_organization(member.organization_id)
    links.filter(membership=member).exclude(department__in=wanted).delete()
    rows = [DepartmentMember(department_id=each, membership=member) for each in wanted]
    links.bulk_create(rows, ignore_conflicts=True)


def _let_in(member: Membership) -> Membership:
    if not member.is_active:
        limits.require_room(member.organization_id, "agents", adding=1)
        member.is_active = True
        member.save(update_fields=["is_active"])
        _record("activated", member)
        _publish(member)
    return member


def _let_out(member: Membership) -> Membership:
    if member.is_active:
        _check_not_last_owner(member)
        member.is_active = False
        member.save(update_fields=["is_active"])
        _record("deactivated", member)
        _publish(member)
        _hand_back(member)
    return member


def _end(member: Membership, verb: str) -> None:
    _check_not_last_owner(member)
    _record(verb, member, before=_shown(member))
    member.is_active = False
    _publish(member)
    _hand_back(member)
    member.delete()


def _hand_back(member: Membership) -> None:
    whose: dict[str, UUID] = {"organization_id": member.organization_id, "user_id": member.user_id}
    invitations.revoke_those_of(**whose)
    api_keys.revoke_those_of(**whose)
    shut_out(**whose)
    record_status(organization_id=member.organization_id, user_id=member.user_id, status=AgentStatus.OFFLINE)
    publish(MemberDeactivated(organization_id=member.organization_id, user_id=member.user_id))
    close_sockets_of_user(member.user_id)


def _tell(member: Membership) -> None:
    """Colleagues see it, and so do the person's own sockets and screens."""
    _publish(member)
    permissions_changed(member.organization_id, [member.user_id])


def _publish(member: Membership) -> None:
    publish(
        MemberChanged(
            organization_id=member.organization_id, user_id=member.user_id, role=member.role,
            is_active=member.is_active,
        )
    )  # fmt: skip


def _shown(member: Membership) -> dict[str, Any]:
    links = DepartmentMember.objects.for_organization(member.organization_id).filter(membership=member)
    return {
        "role": member.role,
        "custom_role_id": member.custom_role_id,
        "extra_permissions": [*member.extra_permissions],
        "department_ids": sorted(links.values_list("department_id", flat=True)),
        "greeting": member.greeting,
    }


def _record(verb: str, member: Membership, **sides: Any) -> None:
    audit.record(
        f"members.{verb}", organization_id=member.organization_id, target="membership", target_id=member.pk,
        subject_id=member.user_id, personal=("greeting",), **sides,
    )  # fmt: skip
