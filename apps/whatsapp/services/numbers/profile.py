"""What customers see of a number: its business profile, ice breakers and commands.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-profiles and
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/conversational-components
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from apps.whatsapp.errors import LimitExceeded, MediaNotAccepted, MessageNotValid
from apps.whatsapp.limits import LIMITS, Bounds, utf16_length
from apps.whatsapp.models import Media, Number
from apps.whatsapp.providers import cloud_numbers as calls
from apps.whatsapp.providers.cloud import CloudClient
from apps.whatsapp.providers.cloud_templates import app_of, upload_sample
from apps.whatsapp.providers.results import Failure
from apps.whatsapp.services.numbers.desk import NumberDesk
from apps.whatsapp.services.numbers.standing import locked, record

PROFILE: Final[dict[str, Any]] = LIMITS["numbers"]["profile"]
AUTOMATION: Final[dict[str, Any]] = LIMITS["numbers"]["automation"]
TEXTS: Final = ("about", "address", "description", "email")
_EMOJI: Final = re.compile("[\u2190-\u2bff\u3030-\u303d\ufe0f\U0001f000-\U0001faff]")


@transaction.atomic
def read_profile(*, number: Number) -> dict[str, Any]:
    """The business profile as customers see it now; it is remembered as well.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    return _remember_profile(number, NumberDesk.of(number).ask(calls.read_profile))


@transaction.atomic
def change_profile(*, number: Number, picture: Media | None = None, **values: Any) -> dict[str, Any]:
    """Change the business profile; what isn't named stays. Answers it as it is then.

    Args:
        picture: a picture of the organization's that stands ready.
        values: about, address, description, email, vertical, websites.

    Raises:
        LimitExceeded, MessageNotValid: a part is too long, or none that there is.
        MediaNotAccepted: no picture that WhatsApp takes.
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    _check_profile(values)
    desk = NumberDesk.of(number)
    wanted = dict(values)
    if picture is not None:
        wanted["profile_picture_handle"] = desk.ask(_upload(desk.app_id, picture), field="picture_id")
    desk.ask(lambda client, phone, token: calls.write_profile(client, phone, token, wanted))
    after = {"picture_id": str(picture.pk)} if picture else {}
    record("profile_changed", number, before={name: number.profile.get(name) for name in values}, after=values | after)
    return _remember_profile(number, desk.ask(calls.read_profile))


@transaction.atomic
def read_automation(*, number: Number) -> dict[str, Any]:
    """Ice breakers and commands as customers see them now.

    Raises:
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    return _remember_automation(number, NumberDesk.of(number).ask(calls.read_automation))


@transaction.atomic
def change_automation(
    *, number: Number, prompts: Sequence[str], commands: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Replace ice breakers and commands.

    Args:
        prompts: what a customer may tap in an empty chat.
        commands: `command_name` (without the slash) and `command_description`.

    Raises:
        LimitExceeded, MessageNotValid
        CloudApiOnly, NumberRefused, WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    _check_automation(prompts, commands)
    before = dict(number.automation)
    NumberDesk.of(number).ask(
        lambda client, phone, token: calls.write_automation(client, phone, token, prompts, commands)
    )
    after = {"prompts": list(prompts), "commands": [dict(each) for each in commands]}
    record("automation_changed", number, before=before, after=after)
    return _remember_automation(number, after)


def profile_picture(organization_id: UUID, media_id: UUID) -> Media:
    """The organization's file that is to be shown.

    Raises:
        MediaNotAccepted: there is none, or WhatsApp doesn't take it as a profile picture.
    """
    rows = Media.objects.for_organization(organization_id).filter(pk=media_id, state=Media.State.READY)
    media = rows.first()
    if media is None:
        raise MediaNotAccepted("No uploaded file has this id, or it is not ready.", field="picture_id")
    limits = PROFILE["picture"]
    if media.mime_type not in limits["mime_types"]:
        raise MediaNotAccepted("A profile picture is a JPEG or a PNG.", field="picture_id")
    if (media.size or 0) > limits["max_bytes"]:
        most = limits["max_bytes"] / 1048576
        raise LimitExceeded(f"A profile picture has at most {most:g} MB.", field="picture_id", limit=most)
    return media


def _upload(app_id: str, picture: Media) -> Any:
    try:
        with picture.file.open("rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise MediaNotAccepted("The file is no longer here: upload it again.", field="picture_id") from error

    async def upload(client: CloudClient, _phone: str, token: str) -> str | Failure:
        app = app_id or await app_of(client, token)
        if not isinstance(app, str):
            return app
        return await upload_sample(client, app, token, content, picture.mime_type, picture.filename or "picture")

    return upload


def _check_profile(values: Mapping[str, Any]) -> None:
    for name in TEXTS:
        if name in values:
            _check(name, str(values[name]), PROFILE[name])
    if values.get("vertical") and values["vertical"] not in PROFILE["verticals"]:
        raise MessageNotValid(f"One of {', '.join(PROFILE['verticals'])}.", field="vertical")
    websites = values.get("websites", ())
    Bounds(most=PROFILE["websites"]["max"]).check("websites", len(websites), "websites")
    for at, website in enumerate(websites):
        _check(f"websites.{at}", website, PROFILE["website"])
        if not website.startswith(("http://", "https://")):
            raise MessageNotValid("A website begins with http:// or https://.", field=f"websites.{at}")


def _check_automation(prompts: Sequence[str], commands: Sequence[Mapping[str, str]]) -> None:
    Bounds(most=AUTOMATION["prompts"]["max"]).check("prompts", len(prompts), "ice breakers")
    Bounds(most=AUTOMATION["commands"]["max"]).check("commands", len(commands), "commands")
    for at, prompt in enumerate(prompts):
        _check_plain(f"prompts[{at}]", prompt, AUTOMATION["prompt"])
    for at, command in enumerate(commands):
        for name in ("command_name", "command_description"):
            _check_plain(f"commands[{at}].{name}", command[name], AUTOMATION[name])
    names = [command["command_name"] for command in commands]
    if len(set(names)) < len(names):
        raise MessageNotValid("Two commands have the same name.", field="commands")


def _check_plain(field: str, text: str, limits: Mapping[str, int]) -> None:
    _check(field, text, limits)
    if _EMOJI.search(text):
        raise MessageNotValid("WhatsApp takes no emoji here.", field=field)


def _check(field: str, text: str, limits: Mapping[str, int]) -> None:
    Bounds(limits.get("min"), limits.get("max")).check(field, utf16_length(text), "characters")


def _remember_profile(number: Number, told: Mapping[str, Any]) -> dict[str, Any]:
    number = locked(number)
    number.profile = {name: value for name, value in told.items() if name != "messaging_product"}
    number.save(update_fields=["profile", "updated_at"])
    return dict(number.profile)


def _remember_automation(number: Number, told: Mapping[str, Any]) -> dict[str, Any]:
    number = locked(number)
    number.automation = {"prompts": list(told.get("prompts") or []), "commands": list(told.get("commands") or [])}
    number.save(update_fields=["automation", "updated_at"])
    return dict(number.automation)
