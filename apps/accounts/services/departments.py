"""The parts of an organization, and who works in them."""

from __future__ import annotations

from secrets import token_hex
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify

from apps.accounts.errors import DepartmentSlugTaken, HoursNotValid, NoSuchMember
from apps.accounts.models import Department, DepartmentMember, Membership
from apps.accounts.services import audit, limits
from apps.accounts.services.sessions import close_sockets_of_user
from apps.calendars.hours import BadHours, checked
from apps.core.constraints import constraint_means
from apps.core.errors import NotFound


@transaction.atomic
def create_department(*, organization_id: UUID, name: str, slug: str = "", **values: Any) -> Department:
    """
    Args:
        slug: made from the name where it is empty.
        values: the other fields of a department.

    Raises:
        DepartmentSlugTaken
        HoursNotValid: it names the day and the reason.
        PlanLimitReached
    """
    shown: Any = _checked(values) | {"name": name, "slug": slug or _slug_of(name)}
    limits.require_room(organization_id, "departments", adding=1)
    with constraint_means("accounts_department_slug_once", _taken(shown["slug"])):
        department = Department.objects.for_organization(organization_id).create(**shown)
    _record("created", department, after=shown)
    return department


@transaction.atomic
def change_department(*, department: Department, **values: Any) -> Department:
    """
    Raises:
        NotFound: it was deleted meanwhile.
        DepartmentSlugTaken, HoursNotValid
    """
    department = _locked(department)
    values = _checked(values)
    if "slug" in values:
        values["slug"] = values["slug"] or _slug_of(values.get("name", department.name))
    changed = {name: value for name, value in values.items() if value != getattr(department, name)}
    before = {name: getattr(department, name) for name in changed}
    for name, value in changed.items():
        setattr(department, name, value)
    with constraint_means("accounts_department_slug_once", _taken(department.slug)):
        department.save(update_fields=list(changed))
    _record("changed", department, before=before, after=changed)
    return department


@transaction.atomic
def delete_department(*, department: Department) -> None:
    """
    Raises:
        NotFound
    """
    department = _locked(department)
    members = DepartmentMember.objects.for_organization(department.organization_id).filter(department=department)
    for user_id in members.values_list("membership__user_id", flat=True):
        close_sockets_of_user(user_id)
    _record("deleted", department, before={"name": department.name, "slug": department.slug})
    department.delete()


@transaction.atomic
def add_agent(*, department: Department, user_id: UUID) -> None:
    """They work in it, if they didn't already.

    Raises:
        NoSuchMember: nobody in this organization has the id.
        NotFound: the department was deleted meanwhile.
    """
    department = _locked(department)
    member = _member(department, user_id)
    links = DepartmentMember.objects.for_organization(department.organization_id)
    _, is_new = links.get_or_create(
        department=department, membership=member, defaults={"organization_id": department.organization_id}
    )
    if is_new:
        _moved("agent_added", department, user_id)


@transaction.atomic
def remove_agent(*, department: Department, user_id: UUID) -> None:
    """They don't work in it, if they did.

    Raises:
        NoSuchMember, NotFound
    """
    department = _locked(department)
    member = _member(department, user_id)
    links = DepartmentMember.objects.for_organization(department.organization_id)
    gone, _ = links.filter(department=department, membership=member).delete()
    if gone:
        _moved("agent_removed", department, user_id)


def _moved(verb: str, department: Department, user_id: UUID) -> None:
    _record(verb, department, after={"user_id": user_id})
    close_sockets_of_user(user_id)  # what they may see is more or less now: their sockets look again


def _member(department: Department, user_id: UUID) -> Membership:
    found = Membership.objects.for_organization(department.organization_id).filter(user=user_id).first()
    if found is None:
        raise NoSuchMember("Nobody in this organization has this id.")
    return found


def _locked(department: Department) -> Department:
    rows = Department.objects.for_organization(department.organization_id)
    found = rows.select_for_update(no_key=True).filter(pk=department.pk).first()
    if found is None:
        raise NotFound
    return found


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    if "business_hours" not in values:
        return dict(values)
    try:
        return values | {"business_hours": checked(values["business_hours"])}
    except BadHours as error:
        raise HoursNotValid(str(error)) from error


def _slug_of(name: str) -> str:
    return slugify(name)[:100] or f"department-{token_hex(3)}"


def _taken(slug: str) -> DepartmentSlugTaken:
    return DepartmentSlugTaken(f"There is a department “{slug}” already.")


def _record(verb: str, department: Department, **sides: Any) -> None:
    audit.record(
        f"departments.{verb}", organization_id=department.organization_id, target="department",
        target_id=department.pk, **sides,
    )  # fmt: skip
