"""Who sees a file: whoever uploaded it, and whoever may see a conversation in which it stands."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from apps.accounts.models import Organization, User
from apps.messaging.models import Conversation
from apps.whatsapp.models import Media
from tests.accounts.test_api_keys import made, program
from tests.conftest import client_of, make_conversation, make_media, make_member, make_message
from tests.core.schema import DocumentedClient
from tests.whatsapp.test_filetypes import JPEG

MEDIA = "/api/v1/media/"


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def bruno(organization: Organization) -> User:
    """A colleague, who like every agent sees his own conversations and those that nobody has."""
    return make_member(organization, full_name="Bruno Dias")


def upload(client: Any) -> str:
    answer = client.post(MEDIA, {"file": SimpleUploadedFile("praia.jpg", JPEG, "image/jpeg")}, format="multipart")
    assert answer.status_code == 201
    return str(answer.json()["id"])


def seen(client: Any, media_id: Any) -> bool:
    answer = client.get(f"{MEDIA}{media_id}/")
    assert answer.status_code in (200, 404)
    return bool(answer.status_code == 200 and answer.json()["id"] == str(media_id))


def send(client: Any, conversation: Conversation, media_id: Any) -> Any:
    return client.post(f"/api/v1/conversations/{conversation.pk}/messages/", {"type": "image", "media_id": media_id})


def customers_picture(organization: Organization, **of: Any) -> Media:
    media = make_media(organization)
    conversation = make_conversation(organization, **of)
    make_message(organization, conversation=conversation, type="image", content={}, text="", media=media)
    return media


def test_an_upload_is_its_uploaders_until_it_is_sent(
    api: DocumentedClient, agent: User, bruno: User, owner: User, organization: Organization
) -> None:
    his, media_id = client_of(bruno, organization), upload(api)
    assert seen(api, media_id)
    assert not seen(his, media_id)
    assert not seen(client_of(owner, organization), media_id), "it stands in no conversation yet"
    assert send(api, make_conversation(organization, assignee=agent), media_id).status_code == 201
    assert not seen(his, media_id)
    assert seen(client_of(owner, organization), media_id)
    assert send(api, make_conversation(organization), media_id).status_code == 201  # one that nobody has
    assert seen(his, media_id)


def test_a_customers_file_is_seen_by_whoever_sees_the_conversation(
    agent: User, bruno: User, viewer: User, organization: Organization
) -> None:
    media = customers_picture(organization, assignee=bruno)
    assert seen(client_of(bruno, organization), media.pk)
    assert seen(client_of(viewer, organization), media.pk)
    assert not seen(client_of(agent, organization), media.pk)
    shown = client_of(bruno, organization).get(f"{MEDIA}{media.pk}/").json()
    assert shown["url"].startswith(f"/media/{media.pk}/?until=")


def test_nobody_gets_at_a_file_by_sending_it(agent: User, bruno: User, organization: Organization) -> None:
    media = customers_picture(organization, assignee=bruno)
    mine = make_conversation(organization, assignee=agent)
    refused = send(client_of(agent, organization), mine, str(media.pk))
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "media_id")
    start = {"contact_id": str(mine.contact_id), "number_id": str(mine.number_id)}
    message = {"message": {"type": "image", "media_id": str(media.pk)}}
    refused = client_of(agent, organization).post("/api/v1/conversations/", start | message)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "media_id")
    his = make_conversation(organization, assignee=bruno)
    assert send(client_of(bruno, organization), his, str(media.pk)).status_code == 201, "whoever sees it passes it on"


def test_a_program_sees_what_its_scopes_let_it_see(
    owners_api: DocumentedClient, bruno: User, organization: Organization
) -> None:
    scopes = ["conversations.view", "conversations.answer", "conversations.view_unassigned"]
    shop = program(made(owners_api, scopes=scopes)["key"])
    assert seen(shop, upload(shop))
    assert not seen(shop, upload(client_of(bruno, organization)))
    his = customers_picture(organization, assignee=bruno)
    assert not seen(shop, his.pk)
    assert seen(owners_api, his.pk)
    assert seen(shop, customers_picture(organization).pk)
