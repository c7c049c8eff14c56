"""The audit log: what is in it, who can change it (nobody), and what is seen if somebody did."""

import csv
import json
from collections.abc import Callable
from io import StringIO
from threading import Event, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, connections, transaction
from django.utils import timezone

from apps.accounts.models import AuditEntry, Organization, User
from apps.accounts.services import audit, audit_chain
from apps.core.actor import Actor, acting_as
from apps.core.tenancy import all_organizations, organization_scope
from tests.conftest import commits, in_parallel, make_member, make_organization
from tests.core.schema import DocumentedClient

LOG = "/api/v1/audit-log/"


def record(organization: Organization, action: str = "tests.done", **values: Any) -> None:
    with organization_scope(organization):
        audit.record(action, **({"organization_id": organization.pk, "target": "tests"} | values))


def verdict(organization: Organization, **options: Any) -> audit_chain.Verdict:
    with organization_scope(organization):
        return audit_chain.verify_chain(organization.pk, **options)


def link_all() -> None:
    while audit_chain.link_some(limit=3):
        pass


def as_owner(*statements: str) -> None:
    with connections["owner"].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def listed(api: DocumentedClient, **filters: Any) -> list[dict[str, Any]]:
    """What a test recorded: signing in and joining are recorded, too."""
    rows: list[dict[str, Any]] = api.get(LOG, {"target_kind": "tests"} | filters).json()["results"]
    return rows


def forget(organization: Organization, subject_id: UUID) -> None:
    with organization_scope(organization):
        audit.forget_subject(organization_id=organization.pk, subject_id=subject_id)


def test_an_entry_says_who_did_what_from_where(owners_api: DocumentedClient, organization: Organization) -> None:
    ana, bia = uuid4(), uuid4()
    with acting_as(Actor(kind="user", id=ana, name="Ana", address="203.0.113.7", user_agent="Firefox", request_id="r")):
        record(
            organization, target_id=bia, before={"role": "agent", "email": "old@x.example"},
            after={"role": "admin", "email": "new@x.example", "client_secret": "s3cret", "more": {"pin": "123"}},
            subject_id=bia, personal=("email",),
        )  # fmt: skip
    with organization_scope(organization):
        stored = str(AuditEntry.objects.for_organization(organization).filter(target_kind="tests").values().get())
    assert "x.example" not in stored
    assert "203.0.113.7" not in stored
    assert "s3cret" not in stored
    [entry] = listed(owners_api)
    assert entry == owners_api.get(f"{LOG}{entry['id']}/").json()
    assert (entry["actor_kind"], entry["actor_id"], entry["actor_name"]) == ("user", str(ana), "Ana")
    assert (entry["address"], entry["user_agent"], entry["request_id"]) == ("203.0.113.7", "Firefox", "r")
    assert entry["before"] == {"role": "agent", "email": "old@x.example"}
    assert entry["after"] == {
        "role": "admin", "email": "new@x.example", "client_secret": "•••", "more": {"pin": "•••"},
    }  # fmt: skip
    assert (entry["number"], entry["erased"]) == (None, [])
    link_all()
    assert listed(owners_api)[0]["number"] > 0


def test_whoever_is_erased_is_shown_as_erased_and_the_chain_holds(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    ana, bia = uuid4(), uuid4()
    about_bia: Any = {"after": {"role": "x", "email": "b@x.example"}, "subject_id": bia, "personal": ("email",)}
    with acting_as(Actor(kind="user", id=ana, name="Ana")):
        record(organization, **about_bia)
    link_all()
    forget(organization, bia)
    [entry] = listed(owners_api)
    assert (entry["erased"], entry["after"], entry["actor_name"]) == (["subject"], {"role": "x"}, "Ana")
    record(organization, **about_bia)  # they are back, under a new key, which opens nothing old
    forget(organization, ana)
    newest, eldest = listed(owners_api)
    assert (newest["erased"], newest["after"]["email"]) == ([], "b@x.example")
    assert (eldest["erased"], eldest["actor_name"]) == (["actor", "subject"], "")
    link_all()
    assert verdict(organization).holds


def test_entries_are_filtered_and_paged(
    owners_api: DocumentedClient, organization: Organization, owner: User, django_assert_max_num_queries: Any
) -> None:
    start, who = timezone.now(), uuid4()
    with acting_as(Actor(kind="user", id=owner.pk, name="Olga")):
        record(organization, "tests.invited", target_id="7")
    record(organization, "tests.created", subject_id=who)
    for _ in range(3):
        record(organization, "tests.deleted")
    record(make_organization("Boreal"), "tests.created")

    def found(**filters: Any) -> list[str]:
        return [each["action"] for each in listed(owners_api, **filters)]

    assert found(action="tests.created") == found(subject_id=who) == ["tests.created"]
    assert found(actor_id=owner.pk) == found(target_id="7") == ["tests.invited"]
    assert found(target_kind="none") == found(to=start.isoformat()) == []
    assert len(found(**{"from": start.isoformat()})) == 5
    page = owners_api.get(LOG, {"page_size": 2, "target_kind": "tests"}).json()
    page = owners_api.get(page["next"]).json()
    assert [each["action"] for each in page["results"]] == ["tests.deleted", "tests.created"]
    with django_assert_max_num_queries(12):
        assert len(found()) == 5
    for wrong in ({"from": "yesterday"}, {"actor_id": "me"}, {"action": "x" * 101}):
        answer = owners_api.get(LOG, wrong)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, next(iter(wrong)))


def test_only_who_may_read_it_reads_it(api: DocumentedClient) -> None:
    assert {api.get(f"{LOG}{end}").status_code for end in ("", "verify/", "export/", f"{uuid4()}/")} == {403}


def test_an_export_holds_what_the_filters_leave_and_is_an_entry_itself(
    owners_api: DocumentedClient, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.accounts.services.audit_pages.READ_AT_ONCE", 2)
    record(make_organization("Boreal"), "tests.created")
    for name in "abcde":
        record(organization, "tests.created", after={"name": f"=2+{name}"})
    record(organization, "tests.deleted")
    answer = owners_api.get(f"{LOG}export/", {"file_format": "jsonl", "action": "tests.created"})
    lines = [json.loads(line) for line in answer.getvalue().splitlines()]
    assert [line["after"]["name"] for line in lines] == ["=2+a", "=2+b", "=2+c", "=2+d", "=2+e"]
    assert answer["Content-Disposition"] == 'attachment; filename="audit-log.jsonl"'
    rows = [*csv.DictReader(StringIO(owners_api.get(f"{LOG}export/", {"to": "2999-01-01"}).getvalue().decode()))]
    assert [row["action"] for row in rows][-7:] == ["tests.created"] * 5 + ["tests.deleted", "audit_log.exported"]
    assert json.loads(rows[-1]["after"])["filters"] == {"action": "tests.created"}
    assert rows[-1]["actor_name"] == "Olga Reis"
    assert owners_api.get(f"{LOG}export/", {"file_format": "pdf"}).json()["errors"][0]["field"] == "file_format"


@commits
def test_every_entry_gets_its_place_however_commits_and_linkers_meet() -> None:
    organization, started, committed = make_organization(), Event(), Event()

    def slow() -> None:
        with organization_scope(organization):
            audit.record("first.written", organization_id=organization.pk, target="x")
            started.set()
            committed.wait(10)
        connection.close()

    thread = Thread(target=slow)
    thread.start()
    started.wait(10)
    record(organization, "last.written")
    link_all()
    committed.set()
    thread.join()

    def work(number: int) -> None:
        for _ in range(10):
            if number % 2:
                record(organization)
            else:
                link_all()

    in_parallel(work, times=6)
    link_all()
    found = verdict(organization)
    assert (found.holds, found.checked, found.last, found.waiting) == (True, 32, 32, 0)


@pytest.mark.parametrize("table", ["accounts_auditentry", "accounts_auditlink"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_nobody_of_the_application_changes_an_entry(organization: Organization, table: str, statement: str) -> None:
    record(organization)
    while audit_chain.link_some():
        pass
    for door in (lambda: organization_scope(organization), lambda: all_organizations("a test")):
        with pytest.raises(ProgrammingError, match="permission denied"), door(), transaction.atomic():
            connection.cursor().execute(statement.format(table))


def remove(entry: str) -> list[str]:
    return [
        f"DELETE FROM accounts_auditlink WHERE entry_id = '{entry}'",
        f"DELETE FROM accounts_auditentry WHERE id = '{entry}'",
    ]


ENTRY, LINK = "UPDATE accounts_auditentry SET", "UPDATE accounts_auditlink SET"
REWIND = "UPDATE accounts_audithead SET last = 4, hash = (SELECT hash FROM accounts_auditlink WHERE number = 4)"
TAMPERED: dict[str, tuple[list[str], str, int]] = {
    "an entry's values": ([f"{ENTRY} changes = '{{}}' WHERE id = 'third'"], "changed", 3),
    "an entry's action": ([f"{ENTRY} action = 'x' WHERE id = 'third'"], "changed", 3),
    "an entry's actor": ([f"{ENTRY} origin = '' WHERE id = 'third'"], "changed", 3),
    "an entry is gone": (remove("third"), "missing", 3),
    "the last is gone": (remove("fifth"), "end", 5),
    "the numbers are closed up": (
        [*remove("third"), f"{LINK} number = 3 WHERE number = 4", f"{LINK} number = 4 WHERE number = 5"], "changed", 3,
    ),
    "an entry beside the chain": ([REWIND, remove("fifth")[0]], "unchained", 4),
}  # fmt: skip


@commits
@pytest.mark.parametrize("what", TAMPERED)
def test_whoever_tampers_is_seen(what: str) -> None:
    organization, ana = make_organization(), Actor(kind="user", id=uuid4(), name="Ana")
    for _ in range(5):
        with acting_as(ana):
            record(organization, after={"role": "admin"})
    link_all()
    assert verdict(organization).holds
    call_command("verify_audit", stdout=StringIO())
    with organization_scope(organization):
        ids = [*AuditEntry.objects.for_organization(organization).order_by("pk").values_list("pk", flat=True)]
    statements, kind, number = TAMPERED[what]
    as_owner(*(each.replace("third", str(ids[2])).replace("fifth", str(ids[4])) for each in statements))
    found = verdict(organization).first_break
    assert found is not None
    assert (found.kind, found.number) == (kind, number)
    with pytest.raises(CommandError):
        call_command("verify_audit", organization=organization.pk, stdout=StringIO())


def test_a_long_chain_is_verified_in_several_answers(
    owners_api: DocumentedClient, organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.accounts.api.views.audit.VERIFIED_AT_ONCE", 2)
    monkeypatch.setattr("apps.accounts.services.audit_chain.READ_AT_ONCE", 2)
    for _ in range(3):
        record(organization)
    link_all()
    first = owners_api.get(f"{LOG}verify/").json()
    last = first["last"]
    assert (first["complete"], first["checked_to"], first["holds"]) == (False, 2, True)
    end = owners_api.get(f"{LOG}verify/", {"after": last - 1}).json()
    assert (end["complete"], end["checked"], end["checked_to"], end["holds"]) == (True, 1, last, True)
    assert owners_api.get(f"{LOG}verify/", {"after": "x"}).json()["errors"][0]["field"] == "after"


def test_nothing_waits_in_a_long_log_is_known_at_once(organization: Organization) -> None:
    """Looking for entries that wait walks through no entries: however many there are."""
    with organization_scope(organization):
        rows = AuditEntry.objects.for_organization(organization)
        rows.bulk_create(
            AuditEntry(at=timezone.now(), action="x", target_kind="x", actor_kind="system") for _ in range(50)
        )
    seen: list[str] = []

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        assert audit_chain.link_some() == 0
    assert not [sql for sql in seen if "accounts_auditentry" in sql]


def test_personal_values_belong_to_somebody(organization: Organization) -> None:
    with pytest.raises(ValueError, match="whose"):
        record(organization, after={"email": "a@x.example"}, personal=("email",))


def test_the_door_may_record_too(organization: Organization) -> None:
    user = make_member(organization)
    with all_organizations("a test"), acting_as(Actor(kind="staff", id=user.pk, name="Sam")):
        audit.record("members.added", organization_id=organization.pk, target="membership")
    link_all()
    assert verdict(organization).checked > 0


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "1899-12-31T23:59:59Z"])
def test_times_beyond_reckoning_are_refused_by_name(owners_api: DocumentedClient, moment: str) -> None:
    for path, name in ((LOG, "from"), (LOG, "to"), (f"{LOG}export/", "from"), (f"{LOG}export/", "to")):
        answer = owners_api.get(path, {name: moment})
        assert answer.status_code == 400
        assert [each["field"] for each in answer.json()["errors"]] == [name]
