"""How long an organization keeps what customers wrote."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.accounts.models import Organization
from apps.accounts.services import retention
from apps.core import mail
from apps.core.events import publish
from apps.core.log import number_new_entries
from apps.core.models import LogEntry, Mail
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import services as messaging
from apps.messaging.models import Message
from apps.whatsapp.models import Change, InboundEvent, Media
from apps.whatsapp.services import inbound, media
from tests.conftest import make_change, make_conversation, make_media, make_message, make_number, make_organization
from tests.core.schema import DocumentedClient
from tests.core.test_log import DoorOpened

URL = "/api/v1/organizations/me/retention/"
LONG_AGO = timezone.now() - timedelta(days=100)


@pytest.fixture(autouse=True)
def _no_marks() -> None:
    cache.clear()


def old_key() -> UUID:
    """A key as it was made long ago."""
    return UUID(int=retention.first_key_at(LONG_AGO).int + timezone.now().microsecond + 1)


def test_how_long_is_set_within_bounds_and_recorded(owners_api: DocumentedClient, api: DocumentedClient) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("messages_days", "media_days", "raw_webhooks_days", "logs_days"))
    assert owners_api.get(URL).json() == nothing
    assert owners_api.patch(URL, {"media_days": 30}).json() == nothing | {"media_days": 30}
    assert owners_api.patch(URL, {"logs_days": 7}).json() == nothing | {"media_days": 30, "logs_days": 7}
    for wrong in ({"messages_days": 1}, {"logs_days": 15}, {"media_days": "x"}, {"raw_webhooks_days": 0}):
        answer = owners_api.patch(URL, wrong)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, next(iter(wrong)))
    entry = owners_api.get("/api/v1/audit-log/", {"action": "organization.retention_changed"}).json()["results"][0]
    assert (entry["before"], entry["after"]) == ({"logs_days": None}, {"logs_days": 7})
    assert api.get(URL).status_code == api.patch(URL, {}).status_code == 403


def test_what_is_older_goes_and_the_rest_stays(
    owners_api: DocumentedClient, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    keeps_all = make_message(make_organization("Boreal"), id=old_key(), text="theirs")
    conversation = make_conversation(organization)
    picture = make_media(organization, id=old_key())
    with organization_scope(organization):
        picture.file.name = default_storage.save("pictures/old.png", BytesIO(b"old"))
        picture.save()
    old = [make_message(organization, conversation=conversation, id=old_key(), text="old") for _ in range(3)]
    late = make_message(organization, conversation=conversation, id=old_key(), direction="outbound", text="leaving")
    new = make_message(organization, conversation=conversation, text="new")
    owners_api.patch(URL, {"messages_days": 90, "media_days": 30})
    while messaging.forget_old_messages():
        pass
    while media.forget_old_files():
        pass
    with organization_scope(organization):
        rows = Message.objects.for_organization(organization)
        assert {*rows.filter(pk__in=[each.pk for each in old]).values_list("text", flat=True)} == {""}
        assert rows.get(pk=old[0].pk).wamid == old[0].wamid
        assert (rows.get(pk=new.pk).text, rows.get(pk=late.pk).text) == ("new", "leaving")
        assert Media.objects.for_organization(organization).get(pk=picture.pk).state == "expired"
    assert not default_storage.exists("pictures/old.png")
    with organization_scope(keeps_all.organization):
        assert Message.objects.for_organization(keeps_all.organization_id).get().text == "theirs"


def test_a_raw_body_goes_when_nobody_keeps_anything_of_it(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    number, other = make_number(organization), make_number(make_organization("Boreal"))
    gone = make_change(organization, number=number, state="done", id=old_key())
    shared = make_change(organization, number=number, state="done", id=old_key())
    dead = make_change(organization, number=number, state="dead", id=old_key())
    kept = make_change(other.organization, number=other, state="done", id=old_key())
    with all_organizations("a test"):
        Change.objects.across_organizations().filter(pk=kept.pk).update(event=shared.event)
        for each in (gone, shared, dead):
            event, before = InboundEvent.objects.get(pk=each.event_id), each.event_id
            event.pk = old_key()
            event.save(force_insert=True)
            Change.objects.across_organizations().filter(event_id=before).update(event=event.pk)
    owners_api.patch(URL, {"raw_webhooks_days": 30})
    while inbound.forget_old():
        pass
    with all_organizations("a test"):
        left = Change.objects.across_organizations()
        assert {*left.values_list("pk", flat=True)} == {dead.pk, kept.pk}
        old = InboundEvent.objects.filter(pk__lt=retention.first_key_at(timezone.now() - timedelta(days=2)))
        assert old.count() == 2, "the dead one's, and the one that another organization keeps"


def test_logs_and_mails_go_in_time(owners_api: DocumentedClient, organization: Organization) -> None:
    with organization_scope(organization):
        publish(*(DoorOpened(organization_id=organization.pk, door=door) for door in ("old", "new")))
        mail.put(to="ana@x.example", subject="Oi", text="old")
        mail.put(to="ana@x.example", subject="Oi", text="new")
    number_new_entries(organization.pk)
    with all_organizations("a test"):
        week = timezone.now() - timedelta(days=8)
        first = LogEntry.objects.for_organization(organization).order_by("number").first()
        assert first is not None
        LogEntry.objects.for_organization(organization).filter(number__lte=first.number).update(recorded_at=week)
        Mail.objects.filter(text="old").update(created_at=LONG_AGO)  # and never went out
        Mail.objects.filter(text="new").update(sent_at=timezone.now())
        before = LogEntry.objects.for_organization(organization).count()
    owners_api.patch(URL, {"logs_days": 7})
    assert (retention.trim_logs(), retention.trim_logs(), retention.forget_old_mails()) == (1, 0, 1)
    with all_organizations("a test"):
        assert LogEntry.objects.for_organization(organization).count() == before - 1
        assert [*Mail.objects.filter(to="ana@x.example").values_list("text", flat=True)] == ["new"]
