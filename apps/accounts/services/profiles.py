"""What a person says of themselves. Nobody else writes here."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File

from apps.accounts import selectors
from apps.accounts.models import User
from apps.accounts.selectors import Access
from apps.accounts.services import audit, pictures
from apps.core.tenancy import organization_scope
from apps.core.wake import after_commit

PERSONAL = ("full_name", "phone_number", "bio", "avatar", "timezone", "language", "preferences")


def my_profile(access: Access) -> dict[str, Any]:
    """What `me` answers."""
    return shown(selectors.my_profile(access))


def shown(profile: dict[str, Any]) -> dict[str, Any]:
    """With a link to the portrait in place of its name in the storage."""
    return {name: value for name, value in profile.items() if name != "avatar"} | {
        "avatar_url": pictures.link_to(profile["avatar"])
    }


def change_profile(*, access: Access, **values: Any) -> None:
    """Change what is named. Preferences are merged: those that aren't named stay, null takes one away."""
    with organization_scope(access.organization_id):
        user = _locked(access)
        if "preferences" in values:
            merged = user.preferences | values["preferences"]
            values["preferences"] = {name: value for name, value in merged.items() if value is not None}
        _write(access, user, values)


def set_avatar(*, access: Access, file: File[Any] | None) -> None:
    """Another portrait, or none.

    Raises:
        NotAPicture, PictureTooLarge
    """
    name = pictures.store_picture(owner=access.user.pk, kind="avatar", file=file) if file else ""
    with organization_scope(access.organization_id):
        user = _locked(access)
        former = user.avatar
        _write(access, user, {"avatar": name})

        def delete() -> None:
            pictures.delete_picture(former)

        after_commit(delete)


def _locked(access: Access) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=access.user.pk)


def _write(access: Access, user: User, values: dict[str, Any]) -> None:
    changed = {name: value for name, value in values.items() if getattr(user, name) != value}
    if not changed:
        return
    before = {name: getattr(user, name) for name in changed}
    for name, value in changed.items():
        setattr(user, name, value)
        setattr(access.user, name, value)  # whoever asked is shown it
    user.save(update_fields=[*changed])
    audit.record(
        "profile.changed", organization_id=access.organization_id, target="user", target_id=user.pk,
        before=before, after=changed, subject_id=user.pk, personal=PERSONAL,
    )  # fmt: skip
