"""What webhooks tell of chats beside plain messages: edits, echoes, calls, history, routing, wishes of customers."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Organization
from apps.contacts.models import Contact
from apps.core.tenancy import organization_scope
from apps.messaging import inbound
from apps.messaging.models import Conversation, Message, MessageRevision
from apps.whatsapp.models import Change, Number
from apps.whatsapp.services.inbound import split_some
from tests.conftest import commits, facts_of, in_parallel, make_app, make_number
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import CUSTOMER, change_of, deliver, drain, payload, receive, status, tell, text_message

NOW = int(datetime.now(UTC).timestamp())
BSUID = "BR.1349120865530274"


@pytest.fixture
def number(organization: Organization) -> Number:
    return make_number(organization)


def messages_of(number: Number) -> list[Message]:
    with organization_scope(number.organization_id):
        return list(Message.objects.for_organization(number.organization_id).order_by("at", "pk"))


def conversation_of(number: Number) -> Conversation:
    with organization_scope(number.organization_id):
        rows = Conversation.objects.for_organization(number.organization_id)
        return rows.select_related("contact", "last_message").get()


def revisions_of(message: Message) -> list[tuple[str, str]]:
    with organization_scope(message.organization_id):
        rows = MessageRevision.objects.for_organization(message.organization_id).filter(message=message)
        return [(row.kind, row.text) for row in rows.order_by("at", "kind")]


def time_passes(number: Number) -> None:
    with organization_scope(number.organization_id):
        rows = Change.objects.for_organization(number.organization_id).filter(state="retrying")
        rows.update(next_attempt_at=timezone.now())
    drain()


def unhandled(number: Number) -> list[tuple[str, str]]:
    with organization_scope(number.organization_id):
        rows = Change.objects.for_organization(number.organization_id).exclude(state="done")
        return list(rows.values_list("field", "error"))


def edit(wamid: str, target: str, body: str, *, at: int = NOW, **more: Any) -> dict[str, Any]:
    inner = {"context": {"id": "M0"}, "type": "text", "text": {"body": body}}
    part = {"original_message_id": target, "message": inner}
    return {"from": CUSTOMER, "id": wamid, "timestamp": str(at), "type": "edit", "edit": part} | more


def revoke(wamid: str, target: str, *, at: int = NOW) -> dict[str, Any]:
    return {
        "from": CUSTOMER, "id": wamid, "timestamp": str(at), "type": "revoke",
        "revoke": {"original_message_id": target},
    }  # fmt: skip


def echo(wamid: str, body: str = "a caminho", *, at: int = NOW, to: str = CUSTOMER) -> dict[str, Any]:
    return {"from": "5511", "to": to, "id": wamid, "timestamp": str(at), "type": "text", "text": {"body": body}}


# --- edits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)])
def test_edits_in_any_order_leave_what_was_said_last_and_keep_the_rest(number: Number, order: tuple[int, ...]) -> None:
    told = [
        text_message("wamid.1", "um", at=NOW - 90), edit("wamid.2", "wamid.1", "dois", at=NOW - 60),
        edit("wamid.3", "wamid.1", "três", at=NOW - 30), revoke("wamid.4", "wamid.1", at=NOW - 10),
    ]  # fmt: skip
    for place in order:
        receive(number, told[place])
        receive(number, told[place])
    time_passes(number)
    (message,) = messages_of(number)
    assert (message.text, message.content) == ("", {})
    assert message.revoked_at is not None
    assert message.edited_at is not None
    assert revisions_of(message) == [("edit", "um"), ("edit", "dois"), ("revoke", "três")]
    assert unhandled(number) == []


def test_an_edit_opens_no_window_and_counts_as_nothing(number: Number) -> None:
    receive(number, text_message("wamid.1", "um", at=NOW - 7200))
    before = conversation_of(number)
    receive(number, edit("wamid.2", "wamid.1", "dois"))
    after = conversation_of(number)
    assert (after.window_expires_at, after.unread_count) == (before.window_expires_at, 1)
    assert after.last_message is not None
    assert after.last_message.text == "dois"


def test_an_edited_caption_leaves_the_file_alone(number: Number) -> None:
    image = {"id": "31", "mime_type": "image/jpeg", "sha256": "x", "caption": "menu"}
    receive(number, text_message("wamid.1") | {"type": "image", "image": image})
    inner = {"type": "image", "image": {"caption": "menu novo", "mime_type": "image/jpeg", "id": "32"}}
    change = {"original_message_id": "wamid.1", "message": inner}
    receive(number, text_message("wamid.2") | {"type": "edit", "edit": change})
    (message,) = messages_of(number)
    assert (message.text, message.content, message.media_id is not None) == (
        "menu novo", {"caption": "menu novo"}, True,
    )  # fmt: skip


def test_an_edit_of_what_never_comes_stands_by_itself(number: Number) -> None:
    receive(number, edit("wamid.2", "wamid.never", "dois"))
    assert messages_of(number) == []
    for _ in range(5):
        time_passes(number)
    (entry,) = messages_of(number)
    assert (entry.type, entry.content["kind"], entry.text) == ("system", "edit", "dois")
    assert unhandled(number) == []


@commits
def test_two_workers_edit_the_same_messages(organization: Organization) -> None:
    number = make_number(organization)
    receive(number, *[text_message(f"wamid.{n}", "0", at=NOW - 100) for n in range(10)])
    edits = [edit(f"wamid.{n}.{k}", f"wamid.{n}", str(k), at=NOW - 90 + k) for n in range(10) for k in range(1, 6)]
    random.Random(3).shuffle(edits)
    deliver(number, *[payload(number, messages=[each]) for each in edits * 2])
    in_parallel(lambda _worker: drain(), times=2)
    for message in messages_of(number):
        assert message.text == "5"
        assert revisions_of(message) == [("edit", str(k)) for k in range(5)]


# --- echoes -------------------------------------------------------------------------------------------------------


def test_an_answer_on_the_phone_is_ours_and_reads_the_conversation(number: Number) -> None:
    receive(number, text_message("wamid.1", "oi", at=NOW - 60))
    window = conversation_of(number).window_expires_at
    for _ in range(2):
        tell(number, "smb_message_echoes", message_echoes=[echo("wamid.E1")])
    _first, ours = messages_of(number)
    assert (ours.direction, ours.origin, ours.sender_kind, ours.status) == ("outbound", "echo", "system", "sent")
    conversation = conversation_of(number)
    assert (conversation.unread_count, conversation.window_expires_at) == (0, window)
    assert conversation.last_message_id == ours.pk
    change = {"original_message_id": "wamid.E1", "message": {"type": "text", "text": {"body": "já fui"}}}
    tell(number, "smb_message_echoes", message_echoes=[echo("wamid.E2") | {"type": "edit", "edit": change}])
    assert [each.text for each in messages_of(number)] == ["oi", "já fui"]
    receive(number, edit("wamid.9", "wamid.E1", "não é sua"))
    assert [each.text for each in messages_of(number)] == ["oi", "já fui"]


def test_an_echo_to_a_stranger_begins_a_conversation_that_nobody_wrote_in(number: Number) -> None:
    value = {"message_echoes": [echo("wamid.E1", to="5511911112222") | {"to_user_id": BSUID}]}
    tell(number, "smb_message_echoes", **value)
    conversation = conversation_of(number)
    assert conversation.contact.phone == "5511911112222"
    assert (conversation.last_inbound_at, conversation.window_expires_at, conversation.unread_count) == (None, None, 0)


# --- another responder --------------------------------------------------------------------------------------------


@commits
def test_copies_of_another_responder_start_no_bot_and_are_promoted_once(number: Number) -> None:
    message = text_message("wamid.1", "oi", at=NOW - 60)
    for standby in ({"contacts": [], "messages": [message]}, {}, {"messages": "x"}):
        tell(number, "standby", standby=standby)
    tell(number, "standby", messages=[text_message("wamid.2", "sem aninhar", at=NOW - 59)])
    answer = {"id": "wamid.E", "timestamp": str(NOW - 58), "message": {
        "to": CUSTOMER, "type": "interactive", "interactive": {
            "type": "button", "body": {"text": "Sim?"}, "action": {"buttons": [
                {"type": "reply", "reply": {"id": "y", "title": "Sim"}}]}}}}  # fmt: skip
    tell(number, "standby", standby={"message_echoes": [answer]})
    tell(number, "standby", standby={"statuses": [status("wamid.E", "delivered")]})
    assert [(m.origin, m.text, m.status) for m in messages_of(number)] == [
        ("standby", "oi", "received"), ("standby", "sem aninhar", "received"), ("standby", "Sim?", "delivered"),
    ]  # fmt: skip
    conversation = conversation_of(number)
    assert (conversation.thread_owner, conversation.unread_count) == ("standby", 0)
    assert conversation.window_expires_at is not None
    kinds = [fact.kind for fact in facts_of(number.organization)]
    assert "messaging.MessageReceived" not in kinds
    assert "messaging.ThreadOwnerChanged" in kinds
    receive(number, message)
    receive(number, message)
    kinds = [fact.kind for fact in facts_of(number.organization)]
    assert kinds.count("messaging.MessageReceived") == 1
    assert [m.origin for m in messages_of(number)] == ["live", "standby", "standby"]
    assert conversation_of(number).unread_count == 1


def handover(number: Number, kind: str, at: int, **part: Any) -> dict[str, Any]:
    value = {
        "messaging_product": "whatsapp", "sender": {"phone_number": CUSTOMER}, "timestamp": str(at), "type": kind,
        "recipient": {"phone_number_id": number.phone_number_id}, kind: part,
    }  # fmt: skip
    return {"object": "whatsapp_business_account", "entry": [
        {"id": number.waba_id, "changes": [{"field": "messaging_handovers", "value": value}]}]}  # fmt: skip


def test_a_handover_tells_who_has_the_chat_and_wins_ties(organization: Organization) -> None:
    number = make_number(organization, app=make_app(organization, app_id="77"))
    receive(number, text_message("wamid.1", at=NOW - 60))
    assert conversation_of(number).thread_owner == ""
    ours = number.app.app_id
    passed = handover(
        number, "control_passed", NOW - 40, previous_owner_app_id=ours, new_owner_role="ai_agent", metadata="nota",
        conversation_context={"type": "summary", "summary": {"text": "quer um bolo"}},
    )  # fmt: skip
    deliver(number, passed, passed)
    drain()
    assert conversation_of(number).thread_owner == "standby"
    receive(number, text_message("wamid.2", at=NOW - 40))
    assert conversation_of(number).thread_owner == "standby"
    deliver(number, handover(number, "control_passed", NOW - 50, previous_owner_app_id="9"))
    drain()
    conversation = conversation_of(number)
    assert (conversation.thread_owner, conversation.thread_owner_role) == ("standby", "ai_agent")
    receive(number, text_message("wamid.3", at=NOW - 30))
    assert conversation_of(number).thread_owner == "owned"
    entries = [m.content for m in messages_of(number) if m.type == "system"]
    assert [(e["kind"], e["owner"], e["body"]) for e in entries] == [
        ("thread_passed", "owned", ""), ("thread_passed", "standby", "quer um bolo"),
    ]  # fmt: skip


def test_what_was_said_elsewhere_stands_in_the_thread(number: Number) -> None:
    body = payload(number, messages=[text_message("wamid.1")])
    value = body["entry"][0]["changes"][0]["value"]
    value["conversation_context"] = {"type": "summary", "summary": {"text": "Pediu o cardápio."}}
    deliver(number, body, body)
    drain()
    kept = {(m.type, m.content.get("kind"), m.text) for m in messages_of(number)}
    assert kept == {("text", None, "Oi"), ("system", "conversation_context", "Pediu o cardápio.")}


# --- calls --------------------------------------------------------------------------------------------------------


def call(event: str, *, call_id: str = "wacid.1", at: int = NOW - 60, **more: Any) -> dict[str, Any]:
    whole = {"id": call_id, "from": CUSTOMER, "to": "5511", "event": event, "timestamp": str(at)}
    return {"calls": [whole | {"direction": "USER_INITIATED"} | more]}


CONNECT = call("connect", session={"sdp_type": "offer", "sdp": "x"})
ANSWERED = call("terminate", status="COMPLETED", start_time=str(NOW - 50), end_time=str(NOW - 20), duration=30)
MISSED = call("terminate", status="COMPLETED")


@pytest.mark.parametrize("events", [(CONNECT, ANSWERED), (ANSWERED, CONNECT), (CONNECT, CONNECT, ANSWERED, ANSWERED)])
def test_a_call_is_one_entry_and_opens_the_window(number: Number, events: tuple[dict[str, Any], ...]) -> None:
    for event in events:
        tell(number, "calls", **event)
    (entry,) = messages_of(number)
    assert (entry.type, entry.direction, entry.content["status"], entry.content["duration"]) == (
        "call", "inbound", "completed", 30,
    )  # fmt: skip
    conversation = conversation_of(number)
    assert (conversation.unread_count, conversation.window_expires_at is not None) == (0, True)


def test_a_missed_call_waits_for_somebody(number: Number) -> None:
    tell(number, "calls", **CONNECT)
    assert conversation_of(number).unread_count == 0
    tell(number, "calls", **MISSED)
    tell(number, "calls", **MISSED)
    assert (conversation_of(number).unread_count, messages_of(number)[0].content["status"]) == (1, "missed")


def test_a_call_of_ours_goes_as_far_as_its_statuses_say(number: Number) -> None:
    recipient = {"id": "wacid.2", "type": "call", "recipient_id": CUSTOMER, "timestamp": str(NOW)}
    for word in ("RINGING", "REJECTED", "RINGING"):
        tell(number, "calls", statuses=[recipient | {"status": word}])
    recording = {"type": "audio", "audio": {"id": "77", "mime_type": "audio/ogg", "sha256": "x"}}
    event = call("call_recording_available", call_id="wacid.2", direction="BUSINESS_INITIATED", to=CUSTOMER)
    event["calls"][0] |= {"from": "5511", "call_recording": recording}
    tell(number, "calls", **event)
    (entry,) = messages_of(number)
    assert (entry.direction, entry.content["status"], entry.media_id is not None) == ("outbound", "rejected", True)
    assert conversation_of(number).window_expires_at is None


# --- history ------------------------------------------------------------------------------------------------------


def past(wamid: str, body: str, at: int, *, ours: bool = False, **more: Any) -> dict[str, Any]:
    who = {"from": "5511", "to": CUSTOMER} if ours else {"from": CUSTOMER}
    context = {"history_context": {"status": "READ"}}
    return {**who, "id": wamid, "timestamp": str(at), "type": "text", "text": {"body": body}, **context, **more}


@commits
def test_two_thousand_old_messages_leave_lists_and_threads_in_order(organization: Organization) -> None:
    number = make_number(organization)
    people = [f"55119800{n:05}" for n in range(20)]
    receive(number, *[text_message(f"wamid.live.{n}", "agora", sender=who) for n, who in enumerate(people[:10])])
    before = {c.contact_id: (c.last_message_id, c.unread_count, c.window_expires_at) for c in conversations(number)}
    start = NOW - 90 * 86_400
    threads = [
        {"id": who, "messages": [
            past(f"wamid.H.{n}.{k}", str(k), start + n + k * 600, ours=k % 3 == 0, **({"to": who} if k % 3 == 0 else
                 {"from": who})) for k in range(100)
        ]} for n, who in enumerate(people)
    ]  # fmt: skip
    dice = random.Random(5)
    chunks = [{**thread, "messages": thread["messages"][at : at + 25]} for thread in threads for at in (50, 0, 75, 25)]
    dice.shuffle(chunks)
    bodies = [
        change_of(number, "history", {"history": [{"metadata": {"phase": 1, "chunk_order": n}, "threads": [chunk]}]})
        for n, chunk in enumerate(chunks)
    ]
    deliver(number, *bodies, *bodies[:10])
    in_parallel(lambda _worker: drain(), times=2)
    drain()
    assert unhandled(number) == []
    rows = messages_of(number)
    assert len(rows) == 2010
    by_conversation: dict[Any, list[str]] = {}
    for row in rows:
        by_conversation.setdefault(row.conversation_id, []).append(row.text)
    found = conversations(number)
    assert len(found) == 20
    for conversation in found:
        told = by_conversation[conversation.pk]
        assert told[:100] == [str(k) for k in range(100)]
        assert conversation.created_at < timezone.now() - timedelta(days=80)
        if conversation.contact_id in before:
            assert before[conversation.contact_id] == (
                conversation.last_message_id, conversation.unread_count, conversation.window_expires_at,
            )  # fmt: skip
        else:
            assert conversation.last_message is not None
            assert (conversation.last_message.text, conversation.unread_count) == ("99", 0)
            assert conversation.last_message_at == conversation.last_message.at
            assert conversation.window_expires_at is None
    kinds = [fact.kind for fact in facts_of(organization)]
    assert kinds.count("messaging.MessageReceived") == 10
    assert {(row.origin, row.status) for row in rows if row.direction == "outbound"} == {("history", "read")}


def conversations(number: Number) -> list[Conversation]:
    with organization_scope(number.organization_id):
        rows = Conversation.objects.for_organization(number.organization_id).select_related("last_message")
        return list(rows.order_by("-last_message_at", "-pk"))


def test_a_file_takes_the_place_of_its_placeholder(number: Number) -> None:
    image = {"type": "image", "image": {"id": "5", "mime_type": "image/jpeg", "sha256": "x", "caption": "bolo"}}
    placeholder = {**past("wamid.H1", "", NOW - 9999), "type": "media_placeholder"}
    del placeholder["text"]
    thread = {"id": CUSTOMER, "messages": [placeholder]}
    tell(number, "history", history=[{"metadata": {"phase": 0}, "threads": [thread]}])
    assert messages_of(number)[0].content["kind"] == "media_placeholder"
    tell(number, "history", messages=[past("wamid.H1", "", NOW - 9999) | image])
    (message,) = messages_of(number)
    assert (message.type, message.text, message.media_id is not None) == ("image", "bolo", True)


# --- people -------------------------------------------------------------------------------------------------------


def test_marketing_is_stopped_and_resumed_in_whatever_order_it_is_told(number: Number) -> None:
    receive(number, text_message("wamid.1"))

    def wish(value: str, at: int) -> dict[str, Any]:
        return {"wa_id": CUSTOMER, "category": "marketing_messages", "value": value, "timestamp": at, "detail": "x"}

    tell(number, "user_preferences", user_preferences=[wish("stop", NOW - 50)])
    assert conversation_of(number).contact.marketing_stopped_at is not None
    tell(number, "user_preferences", user_preferences=[wish("resume", NOW - 40)])
    tell(number, "user_preferences", user_preferences=[wish("resume", NOW - 40), wish("stop", NOW - 30)])
    tell(number, "user_preferences", user_preferences=[wish("resume", NOW - 45)])
    contact = conversation_of(number).contact
    assert contact.marketing_stopped_at is not None
    assert contact.opted_in
    kinds = [m.content["kind"] for m in messages_of(number) if m.type == "system"]
    assert sorted(kinds) == ["marketing_resume", "marketing_resume", "marketing_stop", "marketing_stop"]
    assert conversation_of(number).unread_count == 1


def test_the_phones_address_book_names_only_who_has_no_name(number: Number) -> None:
    def entry(phone: str, name: str, action: str = "add") -> dict[str, Any]:
        return {"type": "contact", "contact": {"full_name": name, "phone_number": phone}, "action": action}

    tell(number, "smb_app_state_sync", state_sync=[entry("5511911110001", "Ana"), entry("5511911110002", "Bia")])
    tell(
        number, "smb_app_state_sync", state_sync=[entry("5511911110001", "Outra"), entry("5511911110002", "", "remove")]
    )
    with organization_scope(number.organization_id):
        names = Contact.objects.for_organization(number.organization_id).values_list("name", flat=True)
        assert sorted(names) == ["Ana", "Bia"]
    assert conversations(number) == []


def test_an_ad_is_the_conversations_source_and_the_first_one_stays(number: Number) -> None:
    ad = {"source_type": "ad", "source_id": "120", "headline": "Pães"}
    receive(number, text_message("wamid.1") | {"referral": ad})
    receive(number, text_message("wamid.2") | {"referral": ad | {"source_id": "121"}})
    assert conversation_of(number).source == ad
    assert [m.referral and m.referral["source_id"] for m in messages_of(number)] == ["120", "121"]


# --- everything at once -------------------------------------------------------------------------------------------


def test_a_post_of_a_thousand_changes_of_all_kinds_breaks_nothing(
    number: Number, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    dice = random.Random(8)
    changes: list[dict[str, Any]] = []
    for n in range(1000):
        who, at = f"55119{70000000 + n % 37}", NOW - dice.randrange(5000)
        kinds: list[tuple[str, dict[str, Any]]] = [
            ("messages", {"messages": [text_message(f"wamid.{n}", sender=who, at=at)]}),
            ("messages", {"messages": [edit(f"wamid.e{n}", f"wamid.{n - 8}", "x", at=at, **{"from": who})]}),
            ("smb_message_echoes", {"message_echoes": [echo(f"wamid.o{n}", to=who, at=at)]}),
            ("standby", {"standby": {"messages": [text_message(f"wamid.{n + 5}", sender=who, at=at)]}}),
            ("calls", call("connect", call_id=f"wacid.{n // 3}", at=at, **{"from": who})),
            ("history", {"history": [{"threads": [{"id": who, "messages": [past(f"wamid.h{n}", "h", at)]}]}]}),
            ("user_preferences", {"user_preferences": [{"wa_id": who, "value": "stop", "timestamp": at}]}),
            ("hologram", {"depth": n}),
            (dice.choice(("calls", "history", "standby", "messaging_handovers")), {"calls": [n], "history": [{}]}),
        ]
        field, value = kinds[n % len(kinds)]
        changes += change_of(number, field, value)["entry"][0]["changes"]
    deliver(number, json.dumps({"entry": [{"id": number.waba_id, "changes": changes}]}).encode())
    split_some()
    with django_assert_max_num_queries(260):
        inbound.drain_some()
        inbound.drain_some()
    drain()
    for _ in range(5):
        time_passes(number)
    assert unhandled(number) == []
    assert {m.origin for m in messages_of(number)} == {"live", "echo", "standby", "history"}


# --- what the API shows of it -------------------------------------------------------------------------------------


def test_the_api_shows_what_was_said_before_and_who_has_the_chat(number: Number, api: DocumentedClient) -> None:
    ad = {"source_type": "ad", "source_id": "120", "headline": "Pães"}
    receive(number, text_message("wamid.1", "um", at=NOW - 60) | {"referral": ad, "group_id": "G1"})
    receive(number, edit("wamid.2", "wamid.1", "dois", at=NOW - 30))
    deliver(number, handover(number, "control_taken", NOW - 10, new_owner_role="ai_agent"))
    drain()
    (row,) = api.get("/api/v1/conversations/").data["results"]
    assert (row["source"], row["thread"]["owner"], row["thread"]["role"]) == (ad, "standby", "ai_agent")
    thread = f"/api/v1/conversations/{row['id']}/messages/"
    shown = {m["type"]: m for m in api.get(thread).data["results"]}
    said = shown["text"]
    assert (said["text"], said["referral"], said["group_id"], said["origin"]) == ("dois", ad, "G1", "live")
    assert [(each["kind"], each["text"]) for each in said["revisions"]] == [("edit", "um")]
    assert shown["system"]["content"]["kind"] == "thread_taken"
    refused = api.post(thread, {"type": "text", "text": {"body": "oi"}}, format="json")
    assert (refused.status_code, refused.data["title"]) == (409, "Another responder has this chat")
