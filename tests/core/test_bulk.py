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


def message(organization: Organization, **values: Any) -> Message:
    conversation = make_conversation(organization)
    said = {
        "organization_id": organization.pk, "conversation_id": conversation.pk, "contact_id": conversation.contact_id,
        "number_id": conversation.number_id, "direction": "inbound", "sender_kind": "contact", "status": "received",
        "type": "text", "wamid": f"wamid.{uuid7()}", "at": AT, "created_at": AT,
    }  # fmt: skip
    return Message(**(said | values))


def test_every_kind_of_value_comes_back_as_it_went(organization: Organization) -> None:
    strange = "aspas \" ' barra \\ linha\n vírgula, {chave} \u2028 emoji 🥖"
    whole = message(organization, text=strange, content={"body": strange, "n": [1, 2.5, None, True]}, forwarded=True)
    empty = message(organization, wamid=None)
    with organization_scope(organization):
        Message.objects.for_organization(organization).insert([whole, empty])
        found = Message.objects.for_organization(organization).in_bulk([whole.pk, empty.pk])
    for written in (whole, empty):
        assert not written._state.adding
        read = found[written.pk]
        assert {f.attname: getattr(read, f.attname) for f in Message._meta.concrete_fields} == {
            f.attname: getattr(written, f.attname) for f in Message._meta.concrete_fields
        }


def test_nothing_is_nothing(organization: Organization) -> None:
    with organization_scope(organization):
        Message.objects.for_organization(organization).insert([])
        assert not Message.objects.for_organization(organization).filter(wamid__among=[]).exists()


def test_rows_go_to_the_organization_that_was_named(organization: Organization) -> None:
    others = message(make_organization("Outra"))
    with pytest.raises(UnscopedQueryError), organization_scope(organization):
        Message.objects.for_organization(organization).insert([others])


def test_constraints_hold(organization: Organization) -> None:
    rows = [message(organization, wamid="wamid.1")]
    rows.append(message(organization, wamid="wamid.1", number_id=rows[0].number_id))
    with pytest.raises(IntegrityError, match="messaging_wamid_once"), organization_scope(organization):
        Message.objects.for_organization(organization).insert(rows)


def test_a_secret_is_never_written_in_clear(organization: Organization) -> None:
    with pytest.raises(TypeError, match="secret"), organization_scope(organization):
        MetaApp.objects.for_organization(organization).insert([MetaApp(secret="an app's secret")])


def test_among_finds_what_in_finds(organization: Organization) -> None:
    rows = [message(organization) for _ in range(3)]
    with organization_scope(organization):
        messages = Message.objects.for_organization(organization)
        messages.insert(rows)

        def found(**wanted: Any) -> set[UUID]:
            return set(messages.filter(**wanted).values_list("pk", flat=True))

        first_two = {rows[0].pk, rows[1].pk}
        assert found(pk__among=first_two) == first_two
        assert found(wamid__among=[row.wamid for row in rows[:2]]) == first_two
        assert found(conversation_id__among={row.conversation_id for row in rows[:2]}) == first_two
