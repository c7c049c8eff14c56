"""Many rows at once: what a drain writes is what Django would have written."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError
from uuid_utils.compat import uuid7

from apps.accounts.models import Organization
from apps.core.tenancy import UnscopedQueryError, organization_scope
from apps.messaging.models import Message
from apps.whatsapp.models import MetaApp
from tests.conftest import make_conversation, make_organization

AT = datetime(2026, 11, 24, 12, 30, 15, 123_456, tzinfo=UTC)


def row(organization: Organization, **values: Any) -> dict[str, Any]:
    conversation = make_conversation(organization)
    said = {
        "id": uuid7(), "organization_id": organization.pk, "conversation_id": conversation.pk, "number_id":
        conversation.number_id, "contact_id": conversation.contact_id, "direction": "inbound", "sender_kind": "contact",
        "status": "received", "type": "text", "wamid": f"wamid.{uuid7()}", "content": {}, "text": "Oi", "at": AT,
    }  # fmt: skip
    return said | values


def test_every_kind_of_value_comes_back_as_it_went(organization: Organization) -> None:
    strange = "aspas \" ' barra \\ linha\n vírgula, {chave} \u2028 emoji 🥖 100 %s"
    full = row(organization, text=strange, content={"body": strange, "n": [1, 2.5, None, True]}, forwarded=True)
    empty = row(organization, wamid=None, forwarded=False)
    with organization_scope(organization):
        Message.objects.for_organization(organization).insert([full, empty])
        found = Message.objects.for_organization(organization).in_bulk([full["id"], empty["id"]])
    for said in (full, empty):
        assert {name: getattr(found[said["id"]], name) for name in said} == said


def test_what_is_not_said_is_the_default(organization: Organization) -> None:
    said = row(organization)
    del said["id"], said["content"], said["text"]
    with organization_scope(organization):
        messages = Message.objects.for_organization(organization)
        messages.insert([said, {**said, "wamid": "wamid.2"}])
        found = messages.get(wamid="wamid.2")
    assert (found.content, found.text, found.lane, found.error_title, found.client_id) == ({}, "", 0, "", None)
    assert found.pk.version == 7
    assert found.created_at is not None


def test_nothing_is_nothing(organization: Organization) -> None:
    with organization_scope(organization):
        Message.objects.for_organization(organization).insert([])
        assert not Message.objects.for_organization(organization).filter(wamid__among=[]).exists()


def test_rows_go_to_the_organization_that_was_named(organization: Organization) -> None:
    others = row(make_organization("Outra"))
    with pytest.raises(UnscopedQueryError), organization_scope(organization):
        Message.objects.for_organization(organization).insert([others])


def test_nobody_writes_without_saying_for_whom(organization: Organization) -> None:
    ours = row(organization)
    with pytest.raises(UnscopedQueryError):
        Message.objects.for_organization(organization).insert([ours])


def test_constraints_hold(organization: Organization) -> None:
    first = row(organization, wamid="wamid.1")
    again = row(organization, wamid="wamid.1", number_id=first["number_id"])
    with pytest.raises(IntegrityError, match="messaging_wamid_once"), organization_scope(organization):
        Message.objects.for_organization(organization).insert([first, again])


def test_a_secret_is_never_written_in_clear(organization: Organization) -> None:
    with pytest.raises(TypeError, match="secret"), organization_scope(organization):
        MetaApp.objects.for_organization(organization).insert([{"organization_id": organization.pk, "secret": "1"}])


def test_among_finds_what_in_finds(organization: Organization) -> None:
    rows = [row(organization) for _ in range(3)]
    with organization_scope(organization):
        messages = Message.objects.for_organization(organization)
        messages.insert(rows)

        def found(**wanted: Any) -> set[UUID]:
            return set(messages.filter(**wanted).values_list("pk", flat=True))

        first_two = {each["id"] for each in rows[:2]}
        assert found(pk__among=first_two) == first_two
        assert found(wamid__among=[each["wamid"] for each in rows[:2]]) == first_two
        assert found(conversation_id__among={each["conversation_id"] for each in rows[:2]}) == first_two
