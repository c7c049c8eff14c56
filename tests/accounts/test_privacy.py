"""A person's data on request: exported, or erased wherever it is. Markers are planted by public doors, and then looked
for in every table and every file: a store that nobody declared is found by what it still holds."""

import json
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections
from django.db.models import Q
from django.test import override_settings
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.models import (
    AgentSkill,
    AuditEntry,
    CustomRole,
    ExternalIdentity,
    IdentityProvider,
    Invitation,
    Membership,
    Organization,
    PrivacyJob,
    User,
)
from apps.accounts.services import audit, audit_pages, privacy
from apps.contacts.models import Contact
from apps.core import mail
from apps.core.actor import Actor, acting_as
from apps.core.models import Mail
from apps.core.privacy import stores_for
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging.models import Conversation, Message
from apps.notifications.services import notify
from tests.accounts.people import mailed_token
from tests.conftest import (
    PASSWORD,
    client_of,
    commits,
    make,
    make_contact,
    make_conversation,
    make_media,
    make_member,
    make_message,
    make_number,
    make_organization,
)
from tests.core.schema import DocumentedClient
from tests.messaging.webhooks import deliver, drain, payload, receive, report, status, text_message

JOBS = "/api/v1/privacy-jobs/"
MARK = "mbzqx"  # in no other word
PHONE = "5511976543210"
OTHER = "5511933334444"


# Tables in which nothing is about one person, and why what might be isn't.
HOLDS_NOBODY = {
    "accounts_audithead": "numbers and hashes",
    "accounts_auditlink": "numbers and hashes",
    "accounts_auditwaiting": "ids",
    "accounts_customrole": "names of permissions",
    "accounts_deletedorganization": "an organization that is gone, and how much was deleted",
    "accounts_department": "a department's own name and hours",
    "accounts_identityprovider": "where people of an organization sign in",
    "accounts_limitnotice": "counters",
    "accounts_messagecount": "counters",
    "accounts_organization": "the organization",
    "contacts_tag": "an organization's own words",
    "core_loghead": "numbers",
    "messaging_numbermonth": "counters",
    "token_blacklist_blacklistedtoken": "goes with the token",
    "vault_secret": "an organization's own, sealed",
    "vault_secretuse": "counters",
    "whatsapp_metaapp": "an organization's app",
    "whatsapp_number": "an organization's number",
    "whatsapp_template": "texts for many; who wrote it is an id",
    "whatsapp_templateversion": "texts for many; who wrote it is an id",
}
FOREIGN = ("auth_", "django_", "account_emailconfirmation", "axes_")  # the framework's own, and short-lived


def test_every_table_is_declared_or_holds_nobody() -> None:
    places = " ".join(each.where for kind in ("contact", "user") for each in stores_for(kind))
    words = {*re.findall(r"[a-z_]+", places)}
    tables = {model._meta.db_table for model in apps.get_models()}
    unknown = {name for name in tables - words - HOLDS_NOBODY.keys() if not name.startswith(FOREIGN)}
    assert unknown == set(), "say in an app's privacy.py what is kept there, or here why nothing is"
    assert words & HOLDS_NOBODY.keys() == set()


def found_anywhere(*marks: str) -> list[str]:
    """Where any of it stands: in the text of any row of any table, read by the owner, or in any file."""
    found = []
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                text = row + _bytes_in(row)
                found += [f"{table}: {row[:300]}" for mark in marks if mark.lower() in text.lower()]
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            held = path.read_bytes() + str(path).encode()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    held += b"".join(archive.read(name) + name.encode() for name in archive.namelist())
            found += [f"{path}" for mark in marks if mark.encode() in held]
    return found


def _bytes_in(row: str) -> str:
    """What stands in columns of bytes: PostgreSQL shows them in hex."""
    parts = [part.split('"')[0].split(",")[0].split(")")[0] for part in row.split("\\x")[1:]]
    return "".join(
        bytes.fromhex(part).decode(errors="replace") for part in parts if len(part) % 2 == 0 and _is_hex(part)
    )


def _is_hex(text: str) -> bool:
    return bool(text) and all(c in "0123456789abcdef" for c in text)


def run_all() -> None:
    while privacy.run_one():
        pass


def asked(api: DocumentedClient, kind: str, subject_kind: str, subject_id: Any, **more: Any) -> dict[str, Any]:
    body = {"kind": kind, "subject_kind": subject_kind, "subject_id": str(subject_id), **more}
    answer = api.post(JOBS, body)
    assert answer.status_code == 201, answer.content
    run_all()
    job: dict[str, Any] = api.get(f"{JOBS}{answer.json()['id']}/").json()
    return job


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path) -> Iterator[None]:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield


def plant_contact(api: DocumentedClient, organization: Organization, owner: User) -> Contact:
    """A contact who has written, was answered, edited, tagged, blocked and mailed about."""
    number = make_number(organization)
    receive(number, text_message("wamid.first", f"I am {MARK}", sender=PHONE), name=f"Ana {MARK}")
    with organization_scope(organization):
        contact = Contact.objects.for_organization(organization).get(phone=PHONE)
        conversations = Conversation.objects.for_organization(organization).select_related("contact", "number")
        conversation = conversations.get(contact=contact)
    url = f"/api/v1/contacts/{contact.pk}/"
    changes = {
        "name": f"Ana {MARK}", "email": f"{MARK}@x.example", "company": MARK, "notes": MARK, "attributes": {"k": MARK},
    }  # fmt: skip
    assert api.patch(url, changes, headers={"Idempotency-Key": "1"}).status_code == 200
    assert api.put(f"{url}tags/", {"names": ["vip"]}).status_code == 200
    assert api.post(f"{url}block/", {"reason": MARK}).status_code == 200
    assert api.post(f"{url}unblock/").status_code == 200
    text = {"type": "text", "text": {"body": f"Hello {MARK}"}}
    sent = api.post(f"/api/v1/conversations/{conversation.pk}/messages/", text)
    assert sent.status_code == 201, sent.content
    picture = make_media(organization, filename=f"{MARK}.png")
    with organization_scope(organization):
        picture.file.name = default_storage.save("pictures/a.png", BytesIO(f"bytes of {MARK}".encode()))
        picture.save()
    make_message(organization, conversation=conversation, media=picture, type="image", content={"caption": MARK})
    report(number, status("wamid.unknown", "failed", errors=[{"code": 1, "title": PHONE, "message": PHONE}]))
    body = payload(number, messages=[text_message("wamid.b", f"also {MARK}", sender=PHONE)], name=MARK)
    others = payload(number, messages=[text_message("wamid.c", "another customer", sender=OTHER)], name="Caio")
    body["entry"] += others["entry"]
    deliver(number, body, b'{"broken": "' + PHONE.encode() + b'"')
    drain()
    with organization_scope(organization):
        mail.put(to=owner.email, subject="New message", text=f"Ana {MARK} wrote")
        audit.record(
            "contacts.changed", organization_id=organization.pk, target="contact", target_id=contact.pk,
            after={"name": MARK}, subject_id=contact.pk, personal=("name",),
        )  # fmt: skip
    return contact


@commits
def test_nothing_of_an_erased_contact_is_left_anywhere() -> None:
    organization = make_organization()
    owner = make_member(organization, role="owner")
    api = client_of(owner, organization)
    contact = plant_contact(api, organization, owner)
    bystander = make_message(organization, text="I stay", contact=make_contact(organization, phone=OTHER + "1"))
    export = asked(api, "export", "contact", contact.pk)
    assert len(found_anywhere(MARK)) > 8, "markers are planted"
    job = asked(api, "erase", "contact", contact.pk, reason=f"{MARK} asked")
    assert (job["state"], job["error"]) == ("done", "")
    assert found_anywhere(MARK, PHONE, PHONE[2:4] + PHONE[5:]) == []
    certificate = job["certificate"]
    assert {each["left"] for each in certificate["stores"]} == {0}
    by_name = {each["name"]: each["removed"] for each in certificate["stores"]}
    for name in (
        "messaging.messages", "messaging.conversations", "contacts.contacts", "whatsapp.raw_inbox", "whatsapp.changes",
        "accounts.audit", "accounts.privacy_jobs", "core.event_log", "core.answers", "core.mails",
    ):  # fmt: skip
        assert by_name[name] > 0, name
    assert (export["subject_name"], job["subject_name"]) == (f"Ana {MARK}", ""), "nobody remembers the name"
    assert api.get(f"{JOBS}{export['id']}/download/").status_code == 409
    assert api.get(f"/api/v1/contacts/{contact.pk}/").status_code == 404
    with organization_scope(organization):
        thread = Message.objects.for_organization(organization).filter(contact=contact)
        assert thread.count() == 4, "messages stay as places in their thread"
        sent = thread.filter(direction="outbound").select_related("number")[0]
        url = f"/api/v1/conversations/{thread[0].conversation_id}/messages/"
        assert not thread.filter(status="queued").exists()
        assert Message.objects.for_organization(organization).filter(pk=bystander.pk, text="I stay").exists()
        assert Message.objects.for_organization(organization).filter(text="another customer").exists()
    assert found_anywhere("another customer"), "what others wrote in the same body stays"
    late = status("wamid.late", "failed", opaque=f"{sent.pk}.1", errors=[{"code": 1, "title": PHONE, "message": PHONE}])
    report(sent.number, late | {"recipient_id": PHONE})
    assert found_anywhere(PHONE, "wamid.late") == [], "nor does what is reported late bring it back"
    refused = api.post(url, {"type": "text", "text": {"body": "Still there?"}})
    assert (refused.status_code, refused.json()["title"]) == (409, "Contact erased")
    receive(make_number(organization), text_message("wamid.new", "Hi again", sender=PHONE), name="Ana")
    with organization_scope(organization):
        again = Contact.objects.for_organization(organization).get(phone=PHONE)
    assert again.pk != contact.pk, "whoever writes again is a new contact"


def plant_user(organization: Organization) -> User:
    user = make_member(organization, email=f"{MARK}@x.example", full_name=f"Bia {MARK}")
    api = client_of(user, organization)
    with all_organizations("a test"):
        user.bio, user.phone_number, user.preferences = MARK, "5511955556666", {"k": MARK}
        user.avatar = default_storage.save("avatars/a.png", BytesIO(MARK.encode()))
        user.save()
        member = Membership.objects.for_organization(organization).get(user=user)
        member.greeting = MARK
        member.save()
        EmailAddress.objects.update_or_create(user=user, defaults={"email": user.email, "primary": True})
        Authenticator.objects.create(user=user, type="recovery_codes", data={"name": MARK})
    make(AgentSkill, organization, membership=member, name=MARK)
    make(Invitation, organization, email=user.email, token="t", token_hash="h", expires_at=timezone.now())
    provider = make(IdentityProvider, organization, name="Keycloak", issuer="https://id.example")
    make(ExternalIdentity, organization, provider=provider, user=user, issuer=provider.issuer, subject=MARK)
    accounts.login(
        email=user.email, password=PASSWORD, client=accounts.Client(user_agent=f"Firefox {MARK}", address="203.0.113.7")
    )
    assert api.post("/api/v1/contacts/", {"phone": "+55 11 98888-7777"}).status_code == 201
    with organization_scope(organization), acting_as(Actor(kind="user", id=user.pk, name=MARK, user_agent=MARK)):
        mail.put(to=user.email, subject="Oi", text=f"Oi {MARK}")
        audit.record(
            "members.invited", organization_id=organization.pk, target="membership", after={"email": user.email},
            subject_id=user.pk, personal=("email",),
        )  # fmt: skip
    return user


@commits
def test_nothing_of_an_erased_person_is_left_anywhere() -> None:
    organization = make_organization()
    api = client_of(make_member(organization, role="owner"), organization)
    user = plant_user(organization)
    assert len(found_anywhere(MARK)) > 4, "markers are planted"
    job = asked(api, "erase", "user", user.pk)
    assert (job["state"], job["error"]) == ("done", "")
    assert found_anywhere(MARK, "5511955556666") == []
    assert job["certificate"]["whole_person"] is True
    with pytest.raises(Exception, match="no active account"):
        accounts.login(email=f"{MARK}@x.example", password=PASSWORD, client=accounts.Client())


def plant_moves(owners_api: DocumentedClient, organization: Organization) -> User:
    """Somebody who came under one name and address, has others now, and is about to move once more; of whom others
    were told, and who has left words of their own in every place that has room for some."""
    former, now, pending = (f"{MARK}{uuid4().hex}@x.example" for _ in range(3))  # few mails go to one address
    invited = {"email": former, "role": "admin", "full_name": f"Bia {MARK}invited"}
    assert owners_api.post("/api/v1/invitations/", invited).status_code == 201
    joined = {"token": mailed_token(former), "full_name": f"Bia {MARK}first", "password": PASSWORD}
    assert DocumentedClient().post("/api/v1/invitations/accept/", joined).status_code == 200
    user = User.objects.get(email=former)
    api = client_of(user, organization)
    assert api.patch("/api/v1/users/me/", {"full_name": f"Beatriz {MARK}second"}).status_code == 200
    for address in (now, pending):
        change = {"email": address, "password": PASSWORD}
        assert api.post("/api/v1/auth/email-change/", change).status_code == 202
        if address == now:
            [link] = [each.text for each in mail.newest(50) if each.to == now]
            token = unquote(re.findall(r"token=(\S+)", link)[0])
            assert api.post("/api/v1/auth/verify-email/", {"token": token}).status_code == 204
    key = api.post(
        "/api/v1/api-keys/", {"name": f"{MARK} laptop", "scopes": ["contacts.edit", "contacts.delete"]}
    ).json()
    assert api.patch(f"/api/v1/api-keys/{key['id']}/", {"name": f"{MARK} notebook"}).status_code == 200
    program = DocumentedClient()
    program.credentials(HTTP_X_API_KEY=key["key"])
    tag = program.post("/api/v1/tags/", {"name": "urgente"}).json()
    assert program.delete(f"/api/v1/tags/{tag['id']}/").status_code == 204
    theirs = f"/api/v1/users/{user.pk}/"
    assert owners_api.patch(theirs, {"greeting": f"Oi, aqui é {MARK}"}).status_code == 200
    assert owners_api.put(f"{theirs}skills/", {"skills": [{"name": f"{MARK}ese"}]}).status_code == 200
    assert owners_api.put(f"{theirs}skills/", {"skills": []}).status_code == 200
    with organization_scope(organization):  # as it was written before rows said whom they are about
        mail.put(to=former, subject="Oi", text="Oi")
        told = {"title": "Parabéns", "body": f"Bia {MARK}first faz anos."}
        notify(organization_id=organization.pk, kind="custom", occasion="birthday", values=told)
    user.refresh_from_db()
    return user


@commits
def test_nothing_is_left_of_what_an_erased_person_was_called_before() -> None:
    organization = make_organization()
    api = client_of(make_member(organization, role="owner"), organization)
    user = plant_moves(api, organization)
    planted = " ".join(found_anywhere(MARK))
    for table in ("core_mail", "core_logentry", "notifications_notice", "accounts_invitation", "accounts_apikey"):
        assert table in planted, "markers are planted"
    job = asked(api, "erase", "user", user.pk)
    assert (job["state"], job["error"]) == ("done", "")
    assert found_anywhere(MARK) == []
    removed = {each["name"]: each["removed"] for each in job["certificate"]["stores"]}
    for name in ("core.mails", "core.event_log", "accounts.invitations", "accounts.api_keys", "notifications.notices"):
        assert removed[name] > 0, name
    with organization_scope(organization):  # nor can anybody decrypt it
        entries = audit_pages.read(list(AuditEntry.objects.for_organization(organization).order_by("pk")))
    assert {"members.changed", "skills.replaced", "api_keys.renamed", "tags.deleted"} <= {x.action for x in entries}
    assert [each for each in entries if MARK in str(vars(each))] == []
    about = api.get(f"/api/v1/audit-log/?subject_id={user.pk}").content
    assert MARK.encode() not in about + api.get("/api/v1/invitations/").content


@commits
def test_of_who_works_elsewhere_too_former_names_go_here_alone() -> None:
    organization, elsewhere = make_organization(), make_organization("Boreal")
    api = client_of(make_member(organization, role="owner"), organization)
    user = plant_moves(api, organization)
    make_member(elsewhere, email=user.email)
    with organization_scope(elsewhere):
        mail.put(to=user.email, subject="Oi", text="Boreal", about=[user.pk], organization_id=elsewhere.pk)
    job = asked(api, "erase", "user", user.pk)
    assert (job["state"], job["certificate"]["whole_person"]) == ("done", False)
    with all_organizations("a test"):
        mails = Mail.objects.filter(Q(to__contains=MARK) | Q(text__contains=MARK))
        assert not mails.filter(sent_for=organization.pk).exists()
        assert [*mails.filter(sent_for__isnull=False).values_list("text", flat=True)] == ["Boreal"]
        assert mails.filter(sent_for=None, about__contains=[user.pk]).exists(), "their account's are their own"
    kept = ("accounts_user:", "core_mail:", "accounts_session:", "accounts_auditentry:")
    assert [each for each in found_anywhere(MARK) if not each.startswith(kept)] == []


def test_what_somebody_was_called_is_kept_until_they_are_erased(agent: User) -> None:
    first, address = agent.full_name, agent.email
    for name in ("Bia", "Bia", "Beatriz", "Bia"):
        User.objects.filter(pk=agent.pk).update(full_name=name)
    agent.refresh_from_db()
    agent.email, agent.known_as = "bia@x.example", {}
    agent.save()
    agent.refresh_from_db()
    assert agent.known_as == {"full_name": [first, "Bia", "Beatriz"], "email": [address]}
    for number in range(101):
        User.objects.filter(pk=agent.pk).update(full_name=f"Bia {number}")
    agent.refresh_from_db()
    assert (len(agent.known_as["full_name"]), agent.known_as["full_name"][-1]) == (100, "Bia 99")


@commits
def test_of_who_works_elsewhere_too_only_the_place_here_is_erased() -> None:
    organization, elsewhere = make_organization(), make_organization("Boreal")
    api = client_of(make_member(organization, role="owner"), organization)
    user = plant_user(organization)
    make_member(elsewhere, email=user.email)
    job = asked(api, "erase", "user", user.pk)
    assert (job["state"], job["certificate"]["whole_person"]) == ("done", False)
    user.refresh_from_db()
    assert user.email == f"{MARK}@x.example"
    assert client_of(user, elsewhere).get("/api/v1/auth/me/").status_code == 200
    with organization_scope(organization):
        member = Membership.objects.for_organization(organization).get(user=user)
    assert (member.is_active, member.greeting) == (False, "")


@commits
def test_an_export_holds_what_each_store_keeps() -> None:
    organization = make_organization()
    owner = make_member(organization, role="owner")
    api = client_of(owner, organization)
    contact = plant_contact(api, organization, owner)
    make_message(make_organization("Boreal"), text="not ours")
    job = asked(api, "export", "contact", contact.pk)
    answer = api.get(f"{JOBS}{job['id']}/download/")
    assert answer["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(BytesIO(answer.getvalue())) as archive:
        messages = json.loads(archive.read("messaging.messages.json"))
        assert f"I am {MARK}" in [each["text"] for each in messages]
        assert len(messages) == 4
        assert json.loads(archive.read("contacts.contacts.json"))[0]["notes"] == MARK
        [name] = [each for each in archive.namelist() if each.startswith("files/")]
        assert archive.read(name) == f"bytes of {MARK}".encode()
    assert "privacy.export_downloaded" in [each["action"] for each in api.get("/api/v1/audit-log/").json()["results"]]


@commits
def test_who_is_interrupted_is_followed_by_another_who_finishes(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = make_organization()
    api = client_of(make_member(organization, role="owner"), organization)
    contact = make_contact(organization, phone=PHONE, name=MARK)
    make_message(organization, conversation=make_conversation(organization, contact=contact), text=MARK)
    with monkeypatch.context() as broken:
        broken.setattr(privacy, "_note", lambda *_: 1 / 0)
        job = asked(api, "erase", "contact", contact.pk)
    assert job["state"] == "pending"
    assert "ZeroDivisionError" in job["error"]
    with all_organizations("a test"):
        PrivacyJob.objects.across_organizations().update(lease_until=None)
    run_all()
    assert api.get(f"{JOBS}{job['id']}/").json()["state"] == "done"
    assert found_anywhere(MARK, PHONE) == []
    again = asked(api, "erase", "contact", contact.pk)
    assert again["state"] == "done", "safe to do twice"


def test_a_person_asks_for_their_own_data_and_nobody_elses(
    api: DocumentedClient, owners_api: DocumentedClient, organization: Organization, agent: User, owner: User
) -> None:
    own = api.post("/api/v1/users/me/export/").json()
    assert (own["subject_id"], own["subject_name"]) == (str(agent.pk), agent.full_name)
    assert api.post("/api/v1/users/me/export/").json()["id"] == own["id"], "one at a time"
    run_all()
    assert api.get(f"{JOBS}{own['id']}/download/").status_code == 200
    theirs = owners_api.post("/api/v1/users/me/export/").json()
    assert api.get(f"{JOBS}{theirs['id']}/").status_code == 404
    listed = {job["subject_name"] for job in owners_api.get(JOBS).json()["results"]}
    assert listed == {agent.full_name, owner.full_name}
    assert api.get(JOBS).status_code == api.post(JOBS, {}).status_code == 403


def test_owners_are_erased_by_owners_and_the_last_one_not_at_all(
    owners_api: DocumentedClient, organization: Organization, owner: User
) -> None:
    body = {"kind": "erase", "subject_kind": "user", "subject_id": str(owner.pk)}
    assert owners_api.post(JOBS, body).json()["title"] == "Last owner"
    make_member(organization, role="owner")
    admin = client_of(make_member(organization, role="admin"), organization)
    assert admin.post(JOBS, body).json()["title"] == "Owners only"
    assert (
        owners_api.post(JOBS, body | {"subject_id": str(organization.pk)}).json()["errors"][0]["field"] == "subject_id"
    )


def test_of_two_owners_one_stays_whatever_is_asked_meanwhile(organization: Organization) -> None:
    ana, bia = make_member(organization, role="owner"), make_member(organization, role="owner")
    of_ana, of_bia = client_of(ana, organization), client_of(bia, organization)
    body = {"kind": "erase", "subject_kind": "user", "subject_id": str(bia.pk)}
    job = of_ana.post(JOBS, body).json()
    refused = of_bia.post(JOBS, body | {"subject_id": str(ana.pk)})
    assert (refused.status_code, refused.json()["title"]) == (409, "Last owner")
    assert of_ana.post("/api/v1/users/me/leave/").json()["title"] == "Last owner"
    with organization_scope(organization):  # gone by a way that asks nobody
        Membership.objects.for_organization(organization).filter(user=ana).update(is_active=False)
    run_all()
    with organization_scope(organization):
        failed = PrivacyJob.objects.for_organization(organization).get(pk=job["id"])
        assert (failed.state, failed.attempts) == ("failed", 1)
        assert "at least one active owner" in failed.error
        assert Membership.objects.for_organization(organization).get(user=bia).is_active
    assert User.objects.get(pk=bia.pk).full_name == bia.full_name


def test_nobody_erases_whom_they_do_not_reach(owners_api: DocumentedClient, organization: Organization) -> None:
    other = make_member(organization, role="owner")
    admin, agent = make_member(organization, role="admin"), make_member(organization)
    role = make(CustomRole, organization, name="Privacy", permissions=["privacy.manage"])
    clerk = make_member(organization)
    with organization_scope(organization):
        Membership.objects.for_organization(organization).filter(user=clerk).update(custom_role=role)
    clerks_api = client_of(clerk, organization)
    key = owners_api.post("/api/v1/api-keys/", {"name": "DSR", "scopes": ["privacy.manage"]}).json()["key"]
    program = DocumentedClient()
    program.credentials(HTTP_X_API_KEY=key)

    def erase(api: DocumentedClient, whom: User) -> str:
        body = {"kind": "erase", "subject_kind": "user", "subject_id": str(whom.pk)}
        answer = api.post(JOBS, body)
        return "asked" if answer.status_code == 201 else str(answer.json()["title"])

    assert erase(clerks_api, admin) == erase(program, admin) == "More powerful than you"
    assert erase(clerks_api, other) == erase(program, other) == "Owners only"
    assert erase(clerks_api, clerk) == "asked", "themselves"
    assert erase(owners_api, other) == erase(owners_api, agent) == "asked"


def test_whole_threads_are_exported_by_those_alone_who_see_them(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    contact = make_contact(organization)
    role = make(CustomRole, organization, name="Privacy", permissions=["privacy.manage"])
    clerk = make_member(organization)
    with organization_scope(organization):
        Membership.objects.for_organization(organization).filter(user=clerk).update(custom_role=role)
    clerks_api = client_of(clerk, organization)
    body = {"kind": "export", "subject_kind": "contact", "subject_id": str(contact.pk)}
    refused = clerks_api.post(JOBS, body)
    assert (refused.status_code, refused.json()["title"]) == (403, "Not all conversations seen")
    job = owners_api.post(JOBS, body).json()
    run_all()
    assert clerks_api.get(f"{JOBS}{job['id']}/download/").status_code == 403, "nor what others had exported"
    assert owners_api.get(f"{JOBS}{job['id']}/download/").status_code == 200
