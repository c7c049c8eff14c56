"""One person, however WhatsApp names them: by phone, by user id, by both, and by new ones."""

from threading import Barrier, Event
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from apps.accounts.models import Organization
from apps.contacts.models import Contact, ContactIdentity
from apps.core import privacy
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import inbound, outbox, reports
from apps.messaging.models import Conversation, Message
from apps.messaging.services import merging
from apps.whatsapp.models import Number
from apps.whatsapp.providers import Accepted
from apps.whatsapp.services.inbound import split_some
from tests.conftest import commits, facts_of, in_parallel, make, make_contact, make_member, make_number
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import change_of, deliver, drain

PHONE, OLD_PHONE, NEW_PHONE = "5511987654321", "551187654321", "5511911112222"
BSUID, NEW_BSUID, PARENT = "BR.1349120865530274", "BR.7700000000000001", "BR.ENT.5506"


@pytest.fixture
def number(organization: Organization) -> Number:
    return make_number(organization)


def said(wamid: str, body: str = "Oi", **who: str) -> dict[str, Any]:
    at = str(int(timezone.now().timestamp()))
    return {**who, "id": wamid, "timestamp": at, "type": "text", "text": {"body": body}}


def changed(wamid: str, kind: str, system: dict[str, str], **who: str) -> dict[str, Any]:
    return {**said(wamid, **who), "type": "system", "text": None, "system": {"type": kind, "body": "", **system}}


def hear(number: Number, *messages: dict[str, Any], **person: Any) -> None:
    """Each in a POST of its own, with what `contacts` tells of the person."""
    for message in messages:
        deliver(number, change_of(number, "messages", {"contacts": [person] if person else [], "messages": [message]}))
    drain()


def people_of(organization: Organization) -> list[Contact]:
    with organization_scope(organization):
        return list(Contact.objects.for_organization(organization).present().order_by("pk"))


def names_of(organization: Organization) -> dict[str, UUID]:
    with organization_scope(organization):
        rows = ContactIdentity.objects.for_organization(organization)
        return {f"{each.kind} {each.value}": each.contact_id for each in rows}


def threads_of(organization: Organization) -> list[Conversation]:
    with organization_scope(organization):
        return list(Conversation.objects.for_organization(organization).select_related("last_message").order_by("pk"))


def said_in(conversation: Conversation) -> list[str]:
    with organization_scope(conversation.organization_id):
        rows = Message.objects.for_organization(conversation.organization_id).filter(conversation=conversation)
        return [each.text or each.content["kind"] for each in rows.order_by("at", "pk")]


FULL = {"profile": {"name": "Bia", "username": "bia.rocha"}, "wa_id": PHONE, "user_id": BSUID}


@pytest.mark.parametrize(
    ("who", "person", "names", "phone", "username"),
    [
        ({"from": PHONE}, {"wa_id": PHONE}, {"phone"}, PHONE, ""),
        ({"from": PHONE, "from_user_id": BSUID}, FULL, {"phone", "bsuid"}, PHONE, "bia.rocha"),
        ({"from": OLD_PHONE, "from_user_id": BSUID}, {}, {"phone", "bsuid"}, OLD_PHONE, ""),
        ({"from_user_id": BSUID}, {"user_id": BSUID, "profile": {"username": "bia"}}, {"bsuid"}, "", "bia"),
        ({"from": "", "from_user_id": BSUID}, {"wa_id": "", "user_id": BSUID}, {"bsuid"}, "", ""),
        ({"from": BSUID}, {"wa_id": BSUID, "username": "bia"}, {"bsuid"}, "", "bia"),
        (
            {"from_user_id": BSUID, "from_parent_user_id": PARENT}, {"user_id": BSUID, "parent_user_id": PARENT},
            {"bsuid", "parent_bsuid"}, "", "",
        ),
    ],
    ids=["phone", "full", "phone without ninth digit", "user id", "empty phone", "user id in from", "parent"],
)  # fmt: skip
def test_every_mode_finds_or_makes_the_one_contact(
    number: Number, who: dict[str, str], person: dict[str, Any], names: set[str], phone: str, username: str
) -> None:
    hear(number, said("wamid.1", **who), said("wamid.2", **who), **person)
    [contact] = people_of(number.organization)
    assert (contact.phone, contact.username, contact.source) == (phone, username, "whatsapp")
    assert {each.partition(" ")[0] for each in names_of(number.organization)} == names
    assert [said_in(each) for each in threads_of(number.organization)] == [["Oi", "Oi"]]


def test_two_contacts_whom_a_message_names_as_one_become_one_with_one_thread(number: Number) -> None:
    organization = number.organization
    hear(number, said("wamid.1", "by phone", **{"from": PHONE}))
    hear(number, said("wamid.2", "by id", from_user_id=BSUID), said("wamid.3", "by id again", from_user_id=BSUID))
    by_phone, by_id = people_of(organization)
    agent = make_member(organization)
    with organization_scope(organization):
        Contact.objects.for_organization(organization).filter(pk=by_id.pk).update(
            is_blocked=True, marketing_stopped_at=timezone.now(), email="bia@rocha.example", notes="Likes cake."
        )
        Contact.objects.for_organization(organization).filter(pk=by_phone.pk).update(notes="Bakery.", name="Bia")
        Conversation.objects.for_organization(organization).filter(contact=by_id).update(assignee=agent)
    hear(number, said("wamid.4", "by both", **{"from": PHONE, "from_user_id": BSUID}))
    [contact] = people_of(organization)
    assert contact.pk == by_phone.pk
    assert (contact.is_blocked, contact.marketing_stopped_at is not None) == (True, True)
    assert (contact.name, contact.email, contact.notes) == ("Bia", "bia@rocha.example", "Bakery.\n\nLikes cake.")
    assert {*names_of(organization).values()} == {contact.pk}
    [thread] = threads_of(organization)
    assert (thread.contact_id, thread.assignee_id, thread.unread_count) == (contact.pk, agent.pk, 4)
    assert said_in(thread) == ["by phone", "by id", "by id again", "by both"]
    assert thread.last_message
    assert thread.last_message.text == "by both"


def test_a_new_number_moves_and_the_old_one_is_free(number: Number) -> None:
    organization = number.organization
    hear(number, said("wamid.1", **{"from": PHONE, "from_user_id": BSUID}))
    told = {"wa_id": NEW_PHONE, "user_id": NEW_BSUID, "previous_user_id": BSUID}
    hear(number, changed("wamid.2", "user_changed_number", told, **{"from": PHONE}))
    [contact] = people_of(organization)
    assert contact.phone == NEW_PHONE
    assert names_of(organization) == {f"phone {NEW_PHONE}": contact.pk, f"bsuid {NEW_BSUID}": contact.pk}
    hear(number, said("wamid.3", "still me", **{"from": NEW_PHONE, "from_user_id": NEW_BSUID}))
    [thread] = threads_of(organization)
    assert said_in(thread) == ["Oi", "user_changed_number", "still me"]
    hear(number, said("wamid.4", "the old number's new owner", **{"from": PHONE}))
    assert len(people_of(organization)) == 2


@pytest.mark.parametrize("order", ["12345", "12435"], ids=["in order", "the change comes late"])
def test_a_new_user_id_moves_in_the_midst_of_a_batch(number: Number, order: str) -> None:
    told = {"user_id": NEW_BSUID, "previous_user_id": BSUID}
    told_in = {
        "1": said("wamid.1", "one", from_user_id=BSUID), "2": said("wamid.2", "two", from_user_id=BSUID),
        "3": changed("wamid.3", "user_changed_user_id", told),
        "4": said("wamid.4", "four", from_user_id=NEW_BSUID), "5": said("wamid.5", "five", from_user_id=NEW_BSUID),
    }  # fmt: skip
    hear(number, *(told_in[each] for each in order))
    [contact] = people_of(number.organization)
    assert names_of(number.organization) == {f"bsuid {NEW_BSUID}": contact.pk}
    [thread] = threads_of(number.organization)
    assert {*said_in(thread)} == {"one", "two", "user_changed_user_id", "four", "five"}


def test_a_number_of_another_contact_is_told_and_nobody_is_merged(number: Number) -> None:
    other = make_contact(number.organization, phone=NEW_PHONE)
    hear(number, said("wamid.1", **{"from": PHONE}))
    hear(number, changed("wamid.2", "user_changed_number", {"wa_id": NEW_PHONE}, **{"from": PHONE}))
    assert len(people_of(number.organization)) == 2
    assert names_of(number.organization)[f"phone {NEW_PHONE}"] == other.pk
    with organization_scope(number.organization):
        entry = Message.objects.for_organization(number.organization).get(wamid="wamid.2")
    assert entry.content["other_contact_id"] == str(other.pk)


@commits
def test_people_merge_contacts_and_old_links_lead_to_the_one_who_stays(api: DocumentedClient, number: Number) -> None:
    hear(number, said("wamid.1", **{"from": PHONE}), said("wamid.2", "from my new one", **{"from": NEW_PHONE}))
    one, other = people_of(number.organization)
    gone = {each.contact_id: each.pk for each in threads_of(number.organization)}
    url = f"/api/v1/contacts/{one.pk}/"
    answer = api.post(f"{url}merge/", {"other_id": str(other.pk)})
    assert (answer.status_code, answer.data["phone"]) == (200, PHONE)
    assert {each["value"] for each in answer.data["identities"]} == {PHONE, NEW_PHONE}
    assert api.get(f"/api/v1/contacts/{other.pk}/").data["id"] == str(one.pk)
    [thread] = threads_of(number.organization)
    assert said_in(thread) == ["Oi", "from my new one"]
    told = [fact for fact in facts_of(number.organization) if fact.kind == "messaging.ConversationJoined"]
    [left] = {*gone.values()} - {thread.pk}
    assert [(fact.data["conversation_id"], fact.data["into_id"]) for fact in told] == [(str(left), str(thread.pk))]
    for wrong, status in ((other.pk, 400), (one.pk, 400), ("x", 400)):
        refused = api.post(f"{url}merge/", {"other_id": str(wrong)})
        assert (refused.status_code, "other_id" in str(refused.data["errors"])) == (status, True)
    assert api.post(f"/api/v1/contacts/{other.pk}/merge/", {"other_id": str(one.pk)}).status_code == 404


def test_a_username_is_shown_and_found_and_names_whoever_has_no_name(api: DocumentedClient, number: Number) -> None:
    hear(number, said("wamid.1", from_user_id=BSUID), user_id=BSUID, profile={"username": "bia.rocha"})
    for words in ("@Bia.Rocha", "a.roc", "bia"):
        [found] = api.get("/api/v1/contacts/", {"query": words}).data["results"]
        assert (found["display_name"], found["username"]) == ("@bia.rocha", "bia.rocha")
    assert api.get("/api/v1/contacts/", {"query": "@beatriz"}).data["results"] == []


def sent_to(contact: Contact, number: Number, wamid: str) -> Message:
    thread = make(Conversation, number.organization, contact=contact, number=number)
    return make(
        Message, number.organization, conversation=thread, contact=contact, number=number, direction="outbound",
        type="text", content={"body": "Oi"}, status="accepted", wamid=wamid, sender_kind="agent", error_code=None,
    )  # fmt: skip


def status(wamid: str, word: str, code: int = 0, **who: str) -> dict[str, Any]:
    errors = {"errors": [{"code": code, "title": "No"}]} if code else {}
    return {"id": wamid, "status": word, "timestamp": str(int(timezone.now().timestamp())), **who, **errors}


def hear_of(number: Number, *statuses: dict[str, Any]) -> None:
    deliver(number, change_of(number, "messages", {"statuses": list(statuses)}))
    drain()


@commits
def test_a_status_names_its_recipient_and_makes_two_contacts_one(organization: Organization) -> None:
    number, contact = make_number(organization), make_contact(organization, phone=PHONE)
    hear(number, said("wamid.1", "hidden", from_user_id=BSUID))
    sent_to(contact, number, "wamid.out")
    who = {"recipient_id": OLD_PHONE, "recipient_user_id": BSUID, "recipient_parent_user_id": PARENT}
    hear_of(number, status("wamid.out", "sent", **who), status("wamid.out", "delivered", **who))
    assert names_of(organization) == dict.fromkeys(
        (f"phone {PHONE}", f"bsuid {BSUID}", f"parent_bsuid {PARENT}"), contact.pk
    )
    [thread] = threads_of(organization)
    with organization_scope(organization):
        assert Message.objects.for_organization(organization).filter(conversation=thread).count() == 2


@commits
def test_an_answer_to_a_send_names_its_recipient(organization: Organization) -> None:
    number, contact = make_number(organization), make_contact(organization, phone=PHONE)
    message = sent_to(contact, number, "wamid.out")
    answer = Accepted("wamid.out", wa_id=OLD_PHONE, user_id=BSUID)
    outbox.settle([(outbox.Job(message, PHONE, None), answer)])
    assert names_of(organization) == dict.fromkeys((f"phone {PHONE}", f"bsuid {BSUID}"), contact.pk)


def test_who_is_not_on_whatsapp_is_marked_until_they_write_and_who_stops_marketing_stays_so(number: Number) -> None:
    contact = make_contact(number.organization, phone=PHONE)
    sent_to(contact, number, "wamid.out")
    hear_of(number, status("wamid.out", "failed", 131026, recipient_id=PHONE))
    other = make_contact(number.organization, phone=NEW_PHONE)
    sent_to(other, number, "wamid.ad")
    hear_of(number, status("wamid.ad", "failed", 131050, recipient_id=NEW_PHONE))
    marks = [
        (each.unreachable_at is None, each.marketing_stopped_at is None) for each in people_of(number.organization)
    ]
    assert marks == [(False, True), (True, False)]
    hear(number, said("wamid.1", **{"from": PHONE}), said("wamid.2", **{"from": NEW_PHONE}))
    marks = [
        (each.unreachable_at is None, each.marketing_stopped_at is None) for each in people_of(number.organization)
    ]
    assert marks == [(True, True), (True, False)]


def test_of_somebody_who_is_erased_nothing_stays_in_contacts_that_were_merged(number: Number) -> None:
    organization = number.organization
    hear(number, said("wamid.1", **{"from": PHONE}), wa_id=PHONE, profile={"name": "Bia from Aurora"})
    hear(
        number, said("wamid.2", from_user_id=BSUID), user_id=BSUID, profile={"name": "Beatriz R.", "username": "bia.r"}
    )
    hear(number, said("wamid.3", **{"from": PHONE, "from_user_id": BSUID}))
    [contact] = people_of(organization)
    with organization_scope(organization):
        subject = privacy.traced(privacy.Subject(organization.pk, "contact", contact.pk))
        assert {PHONE, OLD_PHONE, BSUID} <= {*subject.handles}
        assert {"Bia from Aurora", "Beatriz R.", "bia.r"} <= {*subject.names}
        [store] = [each for each in privacy.stores_for("contact") if each.name == "contacts.contacts"]
        assert store.export
        assert "Beatriz R." in str([*store.export(subject)])
        while store.erase(subject):
            pass
        assert store.find(subject) == 0
        rows = Contact.objects.for_organization(organization).values_list("name", "profile_name", "username", "phone")
        assert {*rows} == {("", "", "", "")}


@commits
def test_workers_who_learn_at_once_that_two_are_one_end_with_one(organization: Organization) -> None:
    number, other_number = make_number(organization), make_number(organization)
    people = [(f"55119{80000000 + n}", f"BR.{n:06}") for n in range(12)]
    for n, (phone, bsuid) in enumerate(people):
        hear(number, said(f"wamid.p{n}", **{"from": phone}), said(f"wamid.b{n}", from_user_id=bsuid))
        hear(other_number, said(f"wamid.q{n}", from_user_id=bsuid))
    for n, (phone, bsuid) in enumerate(people):
        both = {"from": phone, "from_user_id": bsuid}
        alone = ({"from": phone}, {"from_user_id": bsuid})
        for where in (number, other_number):
            for each in (both, *alone, both):
                wamid = f"wamid.{where.pk}.{n}.{len(each)}.{timezone.now().timestamp()}"
                deliver(where, change_of(where, "messages", {"messages": [said(wamid, **each)]}))
    while split_some():
        pass
    start = Barrier(6)

    def work(_: int) -> None:
        with all_organizations("connects"):
            pass
        start.wait()
        while inbound.drain_some(5):
            pass

    in_parallel(work, times=6)
    drain()
    assert len(people_of(organization)) == len(people)
    assert len(threads_of(organization)) == 2 * len(people)
    with organization_scope(organization):
        messages = Message.objects.for_organization(organization)
        assert messages.count() == len(people) * (3 + 8)
        assert not messages.exclude(contact__deleted_at=None).exists()
        owners = messages.values_list("contact_id", "conversation__contact_id")
        assert all(one == other for one, other in owners)


@commits
def test_contacts_are_merged_while_statuses_of_their_messages_come(
    api: DocumentedClient, number: Number, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A status has the message and wants the contact; the merge has the contacts and wants the message."""
    one, other = (make_contact(number.organization, phone=phone) for phone in (PHONE, NEW_PHONE))
    message = sent_to(other, number, "wamid.x")
    deliver(number, change_of(number, "messages", {"statuses": [status("wamid.x", "failed", 131026)]}))
    has_message, has_contacts = Event(), Event()
    note, move = reports.learn_from_statuses, merging._move_messages

    def note_later(told: Any) -> None:
        has_message.set()
        assert has_contacts.wait(20)
        note(told)

    def move_later(*pairs: Any) -> None:
        has_contacts.set()
        move(*pairs)

    monkeypatch.setattr(reports, "learn_from_statuses", note_later)
    monkeypatch.setattr(merging, "_move_messages", move_later)

    def work(place: int) -> int:
        if place:
            drain()
            return 200
        assert has_message.wait(20)
        return api.post(f"/api/v1/contacts/{one.pk}/merge/", {"other_id": str(other.pk)}).status_code

    assert in_parallel(work, times=2) == [200, 200]
    drain()
    [left] = people_of(number.organization)
    assert (left.pk, left.unreachable_at is not None) == (one.pk, True)
    with organization_scope(number.organization):
        row = Message.objects.for_organization(number.organization).get(pk=message.pk)
    assert (row.status, row.error_code, row.contact_id) == ("failed", 131026, one.pk)
