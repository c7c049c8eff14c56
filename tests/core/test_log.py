"""The log against really parallel connections."""

import time
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Organization
from apps.core import log, wake
from apps.core.events import Fact, on, publish
from apps.core.models import LogEntry, LogHead
from apps.core.tenancy import UnscopedQueryError, all_organizations, organization_scope
from tests.conftest import commits, facts_of, in_parallel, make_organization

WRITERS, FACTS_EACH = 8, 100
MAY = "doors.view"


@dataclass(frozen=True, kw_only=True)
class DoorOpened(Fact, audience=MAY):
    door: str


@dataclass(frozen=True, kw_only=True)
class KeyCut(Fact, audience="keys.view"):
    pass


def open_doors(organization: Organization, *doors: str, scope: str = "") -> None:
    publish(*(DoorOpened(organization_id=organization.pk, door=door, scope=scope) for door in doors))


def open_and_commit(organization: Organization, *doors: str) -> None:
    with organization_scope(organization):
        open_doors(organization, *doors)


def seen_by_number(number: int, organization: Organization) -> list[str]:
    return [frame.data["door"] for frame in facts_of(organization, after=number, may=MAY)]


def seen_by_id(last_id: int) -> list[str]:
    with all_organizations("a reader of before"):
        rows = LogEntry.objects.across_organizations().filter(id__gt=last_id).order_by("id")
        return [entry.payload["door"] for entry in rows]


@commits
def test_a_fact_that_commits_late_is_missed_by_id_and_found_by_number() -> None:
    organization = make_organization()
    written, overtaken = Event(), Event()

    def work(number: int) -> None:
        if number == 0:
            with organization_scope(organization):
                open_doors(organization, "early, commits late")
                written.set()
                overtaken.wait(5)
        else:
            written.wait(5)
            open_and_commit(organization, "late, commits early")
            assert seen_by_id(0) == seen_by_number(0, organization) == ["late, commits early"]
            overtaken.set()

    in_parallel(work, times=2)
    with organization_scope(organization):
        last_id = LogEntry.objects.for_organization(organization).get(payload__door="late, commits early").pk
    assert seen_by_id(last_id) == []
    assert seen_by_number(1, organization) == ["early, commits late"]


@commits
def test_a_reader_beside_eight_writers_misses_nothing(caplog: pytest.LogCaptureFixture) -> None:
    organization, writers_left, seen = make_organization(), list(range(WRITERS)), list[Any]()

    def write(number: int) -> None:
        for turn in range(FACTS_EACH):
            with organization_scope(organization):
                open_doors(organization, f"{number}/{turn}")
                time.sleep(0.001 * (turn % 4))
        writers_left.remove(number)

    def read() -> None:
        while writers_left or facts_of(organization, after=len(seen), may=MAY):
            seen.extend(facts_of(organization, after=len(seen), may=MAY))

    in_parallel(lambda number: write(number) if number < WRITERS else read(), times=WRITERS + 1)
    assert not caplog.records, "a wake-up failed"
    assert [frame.number for frame in seen] == list(range(1, WRITERS * FACTS_EACH + 1))
    assert [frame.previous for frame in seen] == list(range(WRITERS * FACTS_EACH))
    assert {f.data["door"] for f in seen} == {f"{w}/{t}" for w in range(WRITERS) for t in range(FACTS_EACH)}
    for writer in range(WRITERS):  # cause stays before effect
        own = [f.data["door"] for f in seen if f.data["door"].startswith(f"{writer}/")]
        assert own == [f"{writer}/{turn}" for turn in range(FACTS_EACH)]


@commits
def test_each_organization_counts_for_itself() -> None:
    organizations = [make_organization("Aurora"), make_organization("Boreal")]
    with all_organizations("a drain's facts are of many organizations"):
        publish(*(DoorOpened(organization_id=each.pk, door=each.name) for each in organizations))
    assert [seen_by_number(0, each) for each in organizations] == [["Aurora"], ["Boreal"]]
    with all_organizations("count"):
        assert [head.last for head in LogHead.objects.across_organizations()] == [1, 1]


@commits
def test_a_viewer_sees_their_audience_and_tells_a_filtered_gap_from_a_lost_fact() -> None:
    organization = make_organization()
    with organization_scope(organization):
        open_doors(organization, "1")
        publish(KeyCut(organization_id=organization.pk))
        open_doors(organization, "3", scope="floor:2")
        open_doors(organization, "4")
    here, there = facts_of(organization, may=MAY), facts_of(organization, may=MAY, scope="floor:2")
    assert [(frame.previous, frame.number) for frame in here] == [(0, 1), (1, 4)]
    assert [(frame.previous, frame.number) for frame in there] == [(0, 1), (1, 3), (3, 4)]
    assert facts_of(organization, after=2, may=MAY) == here[1:], "a frame is the same from wherever one goes on"


@commits
def test_a_fact_carries_its_own_values_and_not_its_addressee() -> None:
    organization = make_organization()
    open_and_commit(organization, "cellar")
    [frame] = facts_of(organization, may=MAY)
    assert (frame.kind.rpartition(".")[2], frame.data) == ("DoorOpened", {"door": "cellar"})


@commits
def test_a_task_numbers_its_own_facts_and_the_sweep_what_others_left(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WAKE_TRANSPORT = "tests.core.test_wake.lose"
    organization = make_organization()
    open_and_commit(organization, "front")
    assert facts_of(organization, may=MAY) == [], "the wake-up was lost"
    monkeypatch.setitem(wake._tasks, "core.send_mail", lambda: open_and_commit(organization, "back"))
    wake.run("core.send_mail")
    assert seen_by_number(0, organization) == ["front", "back"]


def test_a_fact_outside_its_organizations_scope_is_refused(organization: Organization) -> None:
    with pytest.raises(UnscopedQueryError):
        open_doors(organization, "front")
    with pytest.raises(UnscopedQueryError), organization_scope(make_organization("Boreal")):
        open_doors(organization, "front")


def test_handlers_get_their_facts_together_and_the_highest_layer_is_first(
    organization: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.core.events._handlers", {DoorOpened: [], KeyCut: []})
    calls: list[tuple[str, int]] = []

    def handler_of(app: str) -> None:
        def handle(facts: list[DoorOpened]) -> None:
            calls.append((app, len(facts)))

        handle.__module__ = f"apps.{app}.handlers"
        on(DoorOpened)(handle)

    for app in ("contacts", "messaging", "accounts"):
        handler_of(app)
    with organization_scope(organization):
        key = KeyCut(organization_id=organization.pk)
        publish(*(DoorOpened(organization_id=organization.pk, door=door) for door in "123"), key)
    assert calls == [("messaging", 3), ("contacts", 3), ("accounts", 3)]


def test_a_handler_that_fails_undoes_the_fact(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.core.events._handlers", {DoorOpened: []})

    def fail(_facts: list[DoorOpened]) -> None:
        raise RuntimeError

    fail.__module__ = "apps.messaging.handlers"
    on(DoorOpened)(fail)
    with pytest.raises(RuntimeError), organization_scope(organization):
        open_doors(organization, "front")
    with organization_scope(organization):
        assert not LogEntry.objects.for_organization(organization).exists()


@commits
def test_old_entries_are_deleted_and_a_reader_from_before_is_told() -> None:
    ours, theirs = make_organization("Aurora"), make_organization("Boreal")
    open_and_commit(ours, *"12345")
    open_and_commit(theirs, "1")
    with all_organizations("time goes by"):
        old = LogEntry.objects.for_organization(ours).filter(number__lte=3)
        old.update(recorded_at=timezone.now() - log.KEPT - timedelta(minutes=1))
    wake.run("core.trim_log")
    assert (seen_by_number(0, ours), seen_by_number(0, theirs)) == (["4", "5"], ["1"])
    with organization_scope(ours):
        assert [log.is_forgotten(ours.pk, after) for after in (0, 2, 3, 5)] == [True, True, False, False]
        assert log.last_number(ours.pk) == 5
    with organization_scope(theirs):
        assert not log.is_forgotten(theirs.pk, 0)


@commits
def test_trimming_goes_on_until_nothing_old_is_left(settings: Any) -> None:
    organization = make_organization()
    open_and_commit(organization, *(str(number) for number in range(25)))
    with all_organizations("time goes by"):
        LogEntry.objects.across_organizations().update(recorded_at=timezone.now() - log.KEPT)
    trimmed = []
    while some := log.trim_some(limit=10):
        trimmed.append(some)
    assert trimmed == [10, 10, 5]
    open_and_commit(organization, "next")
    assert [frame.number for frame in facts_of(organization, may=MAY)] == [26], "numbers are never given twice"
