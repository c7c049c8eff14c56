"""An organization's profile, settings and plan; who owns it; whether it works. How it ends: see `deletion.py`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from secrets import token_hex
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from apps.accounts.errors import AlreadyOwner, HoursNotValid, NoSuchPerson, UnknownSetting, WrongPassword
from apps.accounts.events import MemberChanged, OrganizationChanged, PermissionsChanged
from apps.accounts.models import Membership, Organization, Role, User
from apps.accounts.plans import RESOURCES
from apps.accounts.roles import VISIBILITY
from apps.accounts.selectors import Access
from apps.accounts.services import audit, pictures
from apps.calendars import hours
from apps.core import mail
from apps.core.constraints import constraint_means
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.events import publish
from apps.core.realtime import tell_group
from apps.core.text import has_controls
from apps.core.wake import after_commit

PROFILE = ("name", "description", "website", "language", "timezone", "currency")
DEEPEST = 5
SLUG_ATTEMPTS = 5


def create_organization(*, name: str) -> Organization:
    """Make an organization with a slug of its own; call it inside the door."""
    base = slugify(name)[:90] or "organization"
    for _ in range(SLUG_ATTEMPTS):
        taken = set(Organization.objects.filter(slug__startswith=base).values_list("slug", flat=True))
        free = next(each for each in (base, *(f"{base}-{n}" for n in range(1, len(taken) + 2))) if each not in taken)
        # Somebody who registers under the same name at this moment may be faster: then the next one is free.
        with suppress(_SlugTaken), constraint_means("accounts_organization_slug_key", _SlugTaken()):
            return Organization.objects.create(name=name, slug=free)
    return Organization.objects.create(name=name, slug=f"{base}-{token_hex(4)}")


@transaction.atomic
def change_organization(*, organization_id: UUID, **values: Any) -> Organization:
    """Change the profile; what isn't named stays.

    Raises:
        Invalid: see `check_profile()`.
    """
    check_profile(**values)
    organization = locked(organization_id)
    before = {name: getattr(organization, name) for name in values}
    for name, value in values.items():
        setattr(organization, name, value)
    return _saved(organization, "organization.changed", before, values)


def check_profile(**values: Any) -> None:
    """Whoever changes it, by the API or at the support desk.

    Raises:
        Invalid: a name of more than one line, a time zone that there isn't.
    """
    if has_controls(str(values.get("name", ""))):
        raise Invalid("A name has no line breaks and no control characters.", field="name")
    if "timezone" in values and values["timezone"] not in available_timezones():
        raise Invalid("There is no such time zone.", field="timezone")


@transaction.atomic
def set_logo(*, organization_id: UUID, file: File[Any] | None) -> Organization:
    """Another logo, or none.

    Raises:
        NotAPicture, PictureTooLarge
    """
    name = pictures.store_picture(owner=organization_id, kind="logo", file=file) if file else ""
    organization = locked(organization_id)
    former, organization.logo = organization.logo, name

    def forget() -> None:
        pictures.delete_picture(former)

    transaction.on_commit(forget, robust=True)
    return _saved(organization, "organization.logo_changed", {"logo": former}, {"logo": name})


@transaction.atomic
def change_settings(*, organization_id: UUID, changes: Mapping[str, Any]) -> Organization:
    """Change settings key by key: what isn't named stays, null takes a key away. A group of settings is changed the
    same way, but hours are replaced as a whole.

    Raises:
        UnknownSetting: no setting is called so.
        HoursNotValid: the text names the day.
        Invalid: of a wrong shape, or too deep.
    """
    for name in changes:
        if name not in SETTINGS:
            raise UnknownSetting(f"There is no setting called {name[:60]}.", field=name[:60])
    wanted = {name: value if value is None else SETTINGS[name](name, value) for name, value in changes.items()}
    organization = locked(organization_id)
    before = {name: organization.settings.get(name) for name in wanted}
    merged = dict(organization.settings)
    for name, value in wanted.items():
        merged[name] = _merged(merged.get(name), value) if name.endswith("_settings") else value
    organization.settings = {name: value for name, value in merged.items() if value is not None}
    after = {name: organization.settings.get(name) for name in wanted}
    if "agent_visibility" in wanted:
        publish(PermissionsChanged(organization_id=organization_id, user_id=None))
        _look_again(organization_id)
    return _saved(organization, "organization.settings_changed", before, after, fields=["settings"])


@transaction.atomic
def set_plan(
    *, organization_id: UUID, plan: str, limits: Mapping[str, int | None] | None = None, **dates: Any
) -> Organization:
    """Give the organization another plan: its dates, and limits of its own where they differ from the plan's.

    Args:
        limits: by resource; null: as much as anybody likes. Left out: those it has stay.
        dates: `plan_starts_at`, `plan_expires_at`.
    """
    organization = locked(organization_id)
    values = {"plan": plan, **dates} | ({} if limits is None else {"limits": dict(limits)})
    if limits is not None and (unknown := limits.keys() - {*RESOURCES}):
        raise Invalid(f"Plans know no {min(unknown)}.", field=f"limits.{min(unknown)}")
    before = {name: getattr(organization, name) for name in values}
    for name, value in values.items():
        setattr(organization, name, value)
    return _saved(organization, "organization.plan_changed", before, values)


@transaction.atomic
def deactivate_organization(*, organization_id: UUID) -> Organization:
    """Nobody of it gets in, its sockets close, nothing is sent. What customers write is kept."""
    organization = locked(organization_id)
    if not organization.is_active:
        return organization
    organization.is_active, organization.deactivated_at = False, timezone.now()
    _saved(organization, "organization.deactivated", {"is_active": True}, {"is_active": False}, fields=_SWITCH)
    _look_again(organization_id)
    return organization


@transaction.atomic
def activate_organization(*, organization_id: UUID) -> Organization:
    """Everything goes on: people get in, and what waited is sent."""
    organization = locked(organization_id)
    if organization.is_active:
        return organization
    organization.is_active, organization.deactivated_at = True, None
    return _saved(organization, "organization.activated", {"is_active": False}, {"is_active": True}, fields=_SWITCH)


@transaction.atomic
def transfer_ownership(*, access: Access, user_id: UUID, password: str) -> None:
    """Somebody else owns the organization; whoever asks becomes an admin. Both are told by mail.

    Raises:
        WrongPassword, AlreadyOwner
        NoSuchPerson: nobody active here has the id.
    """
    confirm_password(access.user, password)
    organization = locked(access.organization_id)
    members = Membership.objects.for_organization(organization).select_for_update(no_key=True, of=("self",))
    found = {
        each.user_id: each
        for each in members.active().filter(user__in=[access.user.pk, user_id]).select_related("user").order_by("pk")
    }
    heir, former = found.get(user_id), found[access.user.pk]
    if heir is None:
        raise NoSuchPerson
    if heir.role == Role.OWNER:
        raise AlreadyOwner
    for member, role in ((heir, Role.OWNER), (former, Role.ADMIN)):
        before = {"role": member.role}
        member.role, member.custom_role = role, None
        member.save(update_fields=["role", "custom_role"])
        audit.record(
            "organization.ownership_transferred", organization_id=organization.pk, target="membership",
            target_id=member.pk, before=before, after={"role": role}, subject_id=member.user_id,
        )  # fmt: skip
        publish(MemberChanged(organization_id=organization.pk, user_id=member.user_id, role=role, is_active=True))
    _look_again(organization.pk)
    names = {"organization": organization.name, "heir": heir.user.full_name, "former": former.user.full_name}
    people = (heir.user, former.user)
    for user in people:
        tell(user, "transferred", names, organization_id=organization.pk, about=[each.pk for each in people])


def confirm_password(user: User, password: str) -> None:
    """
    Raises:
        WrongPassword
    """
    if not user.check_password(password):
        raise WrongPassword


def owners_of(organization_id: UUID) -> list[User]:
    owners = Membership.objects.in_scope().filter(organization=organization_id, role=Role.OWNER, is_active=True)
    return [each.user for each in owners.select_related("user").order_by("pk") if each.user.is_active]


def locked(organization_id: UUID) -> Organization:
    """
    Raises:
        NotFound
    """
    row = Organization.objects.select_for_update(no_key=True).filter(pk=organization_id).first()
    if row is None:
        raise NotFound
    return row


_TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "transferred": {
        "pt-br": (
            "{organization} tem novo proprietário",
            "{heir} agora é proprietário de {organization}; {former} passa a administrador.",
        ),
        "en": ("{organization} has a new owner", "{heir} now owns {organization}; {former} becomes an admin."),
    },
    "to_be_deleted": {
        "pt-br": (
            "{organization} será excluída em {date}",
            "Pediram a exclusão de {organization}. Em {date} tudo será apagado, sem volta: "
            "conversas, contatos, arquivos.\n"
            "Até lá um proprietário pode baixar a exportação completa, ou desistir da exclusão: {url}",
        ),
        "en": (
            "{organization} will be deleted on {date}",
            "Somebody asked for {organization} to be deleted. On {date} everything goes for good: conversations, "
            "contacts, files.\nUntil then an owner can download the full export, or take the deletion back: {url}",
        ),
    },
    "kept": {
        "pt-br": ("{organization} não será excluída", "O pedido de exclusão de {organization} foi retirado."),
        "en": ("{organization} stays", "The request to delete {organization} was taken back."),
    },
    "deleted": {
        "pt-br": (
            "{organization} foi excluída",
            "Tudo o que {organization} tinha no PyTake foi apagado. Comprovante: {certificate}",
        ),
        "en": (
            "{organization} was deleted",
            "All that {organization} had at PyTake is deleted. Certificate: {certificate}",
        ),
    },
}


def tell(
    user: User, what: str, values: Mapping[str, Any], *, organization_id: UUID, about: Collection[UUID] = ()
) -> None:
    """A mail in the person's language. about: whom else it names."""
    subject, text = _TEXTS[what].get(user.language, _TEXTS[what]["en"])
    mail.put(
        to=user.email, subject=" ".join(subject.format(**values).split())[:200], text=text.format(**values),
        about={user.pk, *about}, organization_id=organization_id,
    )  # fmt: skip


_SWITCH = ["is_active", "deactivated_at"]


def _saved(
    organization: Organization, action: str, before: Mapping[str, Any], after: Mapping[str, Any],
    *, fields: list[str] | None = None,
) -> Organization:  # fmt: skip
    organization.save(update_fields=fields or [*after])
    audit.record(
        action, organization_id=organization.pk, target="organization", target_id=organization.pk, before=before,
        after=after,
    )  # fmt: skip
    publish(OrganizationChanged(organization_id=organization.pk, is_active=organization.is_active))
    return organization


def _look_again(organization_id: UUID) -> None:
    """After the commit every socket of the organization asks whether it may stay."""

    def look() -> None:
        tell_group(f"organization.{organization_id}", {"type": "access.changed"})

    after_commit(look)


def _hours(_name: str, value: Any) -> Any:
    try:
        return hours.checked(value)
    except hours.BadHours as error:
        raise HoursNotValid(str(error)) from error


def _visibility(name: str, value: Any) -> Any:
    if not isinstance(value, str) or value not in VISIBILITY:
        raise Invalid(f"One of {', '.join(VISIBILITY)}.", field=name)
    return value


def _group(name: str, value: Any) -> Any:
    if not isinstance(value, dict):
        raise Invalid("This must be an object.", field=name)
    if _depth(value) > DEEPEST:
        raise Invalid(f"More than {DEEPEST} levels deep.", field=name)
    return value


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def _merged(old: Any, new: Any) -> Any:
    if new is None or not isinstance(old, dict):
        return new
    return {name: value for name, value in {**old, **new}.items() if value is not None}


SETTINGS: Mapping[str, Callable[[str, Any], Any]] = {
    "agent_visibility": _visibility,
    "business_hours": _hours,
    "notification_settings": _group,
    "security_settings": _group,
}


class _SlugTaken(Conflict):
    title, example = "Slug taken", "Another organization has this slug."
