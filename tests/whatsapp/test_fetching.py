"""Customers' files: fetched once, whole, in time, whatever WhatsApp and other workers do meanwhile."""

import hashlib
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from apps.accounts.models import Organization
from apps.core import wake
from apps.core.tenancy import all_organizations, organization_scope
from apps.whatsapp.models import Media, Number
from apps.whatsapp.services import fetching
from apps.whatsapp.services.fetching import fetch_some
from tests.conftest import commits, facts_of, in_parallel, make, make_number, make_organization, make_secret
from tests.whatsapp.graph import BAD_TOKEN, NO_SUCH_OBJECT, TOKEN, Graph

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"pixels" * 1000


@pytest.fixture
def number(organization: Organization, graph: Graph) -> Number:
    graph.number("1")
    return make_number(organization, phone_number_id="1")


@pytest.fixture(autouse=True)
def _files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def waiting(number: Number, provider_id: str = "31", **values: Any) -> Media:
    given = {"mime_type": "image/jpeg", "created_at": timezone.now()} | values
    return make(Media, number.organization, number=number, provider_id=provider_id, **given)


def now(media: Media) -> Media:
    with all_organizations("look"):
        return Media.objects.across_organizations().get(pk=media.pk)


def due_at_once(media: Media) -> None:
    with all_organizations("time passes"):
        Media.objects.across_organizations().filter(pk=media.pk).update(next_attempt_at=timezone.now())


def seconds_until(media: Media) -> float:
    found = now(media).next_attempt_at
    assert found is not None
    return (found - timezone.now()).total_seconds()


def test_a_customers_picture_is_here_after_one_look(number: Number, graph: Graph) -> None:
    told = graph.file("31", JPEG, "image/jpeg")
    media = waiting(number, filename="../foto.jpg", sha256=told)
    assert fetch_some() == 1
    media = now(media)
    assert (media.state, media.mime_type, media.size, media.error) == ("ready", "image/jpeg", len(JPEG), "")
    assert media.sha256 == hashlib.sha256(JPEG).hexdigest()
    assert (media.filename, media.next_attempt_at) == ("foto.jpg", None)
    made = media.created_at
    assert media.file.name == f"{media.organization_id}/{made:%Y}/{made:%m}/{media.sha256}.jpg"
    assert default_storage.open(media.file.name).read() == JPEG
    assert fetch_some() == 0


@commits
def test_everybody_is_told_that_the_file_is_here(graph: Graph) -> None:
    organization = make_organization()
    graph.number("1")
    graph.file("31", JPEG, "image/jpeg")
    media = waiting(make_number(organization, phone_number_id="1"))
    wake.run("media.fetch")
    [fact] = [each for each in facts_of(organization, may="conversations.view") if each.kind == "whatsapp.MediaStored"]
    assert fact.data == {"media_id": str(media.pk), "state": "ready"}
    assert not facts_of(organization, may="numbers.view")


@commits
def test_a_file_is_fetched_with_the_vaults_token_or_holds_its_number(graph: Graph) -> None:
    organization = make_organization()
    graph.number("1")
    graph.file("31", JPEG, "image/jpeg")
    number = make_number(organization, phone_number_id="1", access_token="{{secret:wa_token}}")
    media = waiting(number)
    fetch_some()
    assert (now(media).state, graph.asked) == ("pending", [])
    assert "“wa_token”" in now(media).error
    with organization_scope(organization):
        assert Number.objects.in_scope().get().status == "held"
    make_secret(organization, name="wa_token", value=TOKEN)
    due_at_once(media)
    fetch_some()
    assert now(media).state == "ready"


def test_the_bytes_decide_what_a_file_is(number: Number, graph: Graph) -> None:
    graph.file("31", b"<!DOCTYPE html><script>steal()</script>", "image/jpeg")
    media = waiting(number)
    fetch_some()
    assert now(media).mime_type == "text/plain"


def test_a_file_that_came_damaged_is_fetched_again(number: Number, graph: Graph) -> None:
    graph.file("31", JPEG, "image/jpeg")
    graph.once("GET", "/file/31", lambda _: web.Response(body=JPEG[:-1]))
    media = waiting(number)
    fetch_some()
    assert (now(media).state, now(media).error) == ("pending", fetching.DAMAGED)
    due_at_once(media)
    fetch_some()
    assert (now(media).state, now(media).attempts) == ("ready", 2)


def test_the_webhooks_hash_is_used_where_whatsapp_tells_none(number: Number, graph: Graph) -> None:
    told = graph.file("31", JPEG, "image/jpeg", sha256="?")
    good, bad = waiting(number, sha256=told), waiting(number, sha256="A" * 43 + "=")
    fetch_some()
    assert (now(good).state, now(bad).state) == ("ready", "pending")


def test_an_address_that_died_is_asked_for_anew(number: Number, graph: Graph) -> None:
    graph.file("31", JPEG, "image/jpeg")
    graph.fails_once("GET", "/file/31", 404)
    media = waiting(number)
    fetch_some()
    assert now(media).state == "pending"
    due_at_once(media)
    fetch_some()
    assert now(media).state == "ready"
    assert graph.asked.count("GET /v26.0/31") == 2


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 5), (1, 30), (2, 120), (3, 600), (4, 3600), (9, 3600)])
def test_while_whatsapp_is_down_the_pauses_grow(number: Number, graph: Graph, attempts: int, seconds: int) -> None:
    graph.fails_once("GET", "/31", 503)
    media = waiting(number, attempts=attempts)
    fetch_some()
    assert seconds - 2 < seconds_until(media) <= seconds
    assert now(media).state == "pending"


def test_after_seven_days_a_file_is_given_up(number: Number, graph: Graph) -> None:
    graph.fails_once("GET", "/31", 503)
    media = waiting(number, created_at=timezone.now() - timedelta(days=8))
    fetch_some()
    assert (now(media).state, now(media).error, now(media).next_attempt_at) == ("expired", fetching.GONE, None)


def test_a_file_that_whatsapp_no_longer_has_is_told_so(number: Number, graph: Graph) -> None:
    graph.fails_once("GET", "/31", 400, NO_SUCH_OBJECT)
    media = waiting(number)
    fetch_some()
    assert (now(media).state, now(media).error) == ("expired", fetching.GONE)


def test_a_refusal_for_good_is_kept_in_words(number: Number, graph: Graph) -> None:
    body = {"error": {"code": 131009, "message": "Parameter value is not valid", "error_data": {"details": "Bad id"}}}
    graph.fails_once("GET", "/31", 400, body)
    media = waiting(number)
    fetch_some()
    assert now(media).state == "failed"
    assert "Bad id (131009)" in now(media).error


def test_a_refused_token_holds_the_number_and_the_file_waits(number: Number, graph: Graph) -> None:
    graph.file("31", JPEG, "image/jpeg")
    graph.fails_once("GET", "/31", 401, BAD_TOKEN)
    media = waiting(number)
    fetch_some()
    assert now(media).state == "pending"
    with organization_scope(number.organization_id):
        number.refresh_from_db()
    assert number.status == "held"
    assert "190" in number.status_detail


@pytest.mark.parametrize("lie", [None, 10])
def test_a_file_over_the_limit_is_refused_whatever_its_size_is_said_to_be(
    number: Number, graph: Graph, monkeypatch: pytest.MonkeyPatch, lie: int | None
) -> None:
    monkeypatch.setattr(fetching, "LARGEST_FILE", 1000)
    graph.file("31", JPEG, "image/jpeg", size=lie)
    media = waiting(number)
    fetch_some()
    assert now(media).state == "failed"
    assert "larger than" in now(media).error
    assert not list(Path(default_storage.path(".")).rglob("*.jpg"))


def test_a_file_of_a_removed_number_is_lost_and_said_so(number: Number) -> None:
    media = waiting(number)
    with organization_scope(number.organization_id):
        Number.objects.in_scope().update(deleted_at=timezone.now())
    fetch_some()
    assert (now(media).state, now(media).error) == ("failed", fetching.NUMBER_GONE)


def test_support_has_a_lost_file_fetched_again(number: Number, graph: Graph) -> None:
    graph.file("31", JPEG, "image/jpeg")
    media = waiting(number, state="failed", error="x", attempts=5, next_attempt_at=None)
    upload = waiting(number, provider_id="", state="failed", next_attempt_at=None)
    with all_organizations("support"):
        assert fetching.fetch_again(media_ids=[media.pk, upload.pk]) == 1
    fetch_some()
    assert (now(media).state, now(media).attempts, now(media).error) == ("ready", 1, "")


def test_an_attempt_that_was_cut_off_leaves_no_second_file(number: Number, graph: Graph) -> None:
    graph.file("31", JPEG, "image/jpeg")
    media = waiting(number)
    place = f"{media.organization_id}/{media.created_at:%Y/%m}/{hashlib.sha256(JPEG).hexdigest()}.jpg"
    path = Path(default_storage.path(place))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half")
    fetch_some()
    assert now(media).file.name == place
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("trouble", [OSError("No space left on device"), RuntimeError("a bug")])
def test_a_disk_that_is_full_costs_an_attempt_and_no_other_file(
    number: Number, graph: Graph, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    hopeless = hashlib.sha256(JPEG).hexdigest()
    graph.file("31", JPEG, "image/jpeg")
    graph.file("32", JPEG + b"other", "image/jpeg")
    unlucky, lucky = waiting(number, "31"), waiting(number, "32")
    keep = default_storage.save

    def save(name: str, content: Any) -> str:
        if hopeless in name:
            raise trouble
        return keep(name, content)

    monkeypatch.setattr(default_storage, "save", save)
    fetch_some()
    assert (now(unlucky).state, now(lucky).state) == ("pending", "ready")
    assert str(trouble) in now(unlucky).error


def test_a_drain_stops_in_time_and_goes_on_later(number: Number, graph: Graph) -> None:
    for each in range(4):
        graph.file(f"4{each}", JPEG, "image/jpeg")
        waiting(number, f"4{each}")
    graph.pause = 0.05
    assert 0 < fetch_some(longest=0.01, at_once=2) < 4
    assert fetch_some(longest=5, at_once=2) > 0
    assert graph.most_at_once <= 2


@commits
def test_a_slow_file_keeps_no_row_locked_and_no_other_file_waiting(graph: Graph) -> None:
    organization = make_organization()
    graph.number("1")
    number = make_number(organization, phone_number_id="1")
    for each in ("31", "32"):
        graph.file(each, JPEG, "image/jpeg")
    slow = waiting(number, "31")
    graph.slow["/file/31"] = 3

    def work(which: int) -> Any:
        if which == 0:
            return fetch_some()
        time.sleep(0.5)  # its bytes are on their way
        with organization_scope(organization), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '100ms'")
            rows = Media.objects.in_scope().select_for_update()
            assert rows.get(pk=slow.pk).attempts == 1, "claimed, and nobody holds it"
        quick = waiting(number, "32")
        wait_until_ready(quick)
        assert now(slow).state == "pending"
        return None

    assert in_parallel(work, times=2)[0] == 2
    assert now(slow).state == "ready"


def wait_until_ready(media: Media) -> None:
    end = time.monotonic() + 30
    while now(media).state != "ready":
        assert time.monotonic() < end
        time.sleep(0.02)


@commits
def test_four_workers_fetch_each_file_once(graph: Graph) -> None:
    organization = make_organization()
    graph.number("1")
    number = make_number(organization, phone_number_id="1")
    files = []
    for each in range(40):
        graph.file(f"5{each}", JPEG + bytes([each]), "image/jpeg")
        files.append(waiting(number, f"5{each}"))
    graph.pause = 0.005
    taken = in_parallel(lambda _: fetch_some(), times=4)
    assert sum(taken) == 40
    assert {now(each).state for each in files} == {"ready"}
    assert {now(each).attempts for each in files} == {1}
    assert sum(path.startswith("GET /file/") for path in graph.asked) == 40


@commits
def test_whose_lease_ran_out_changes_nothing() -> None:
    """A worker that was stopped for an hour wakes up after another one has taken the file over."""
    media = waiting(make_number(make_organization()))
    [late] = fetching._claim(5)
    assert fetching._claim(5) == [], "the lease holds"
    due_at_once(media)
    [other] = fetching._claim(5)
    fetching._conclude(late, fetching._Lost("too late"), None)
    assert (now(media).state, now(media).error) == ("pending", "")
    fetching._conclude(other, fetching._Lost("in time"), None)
    assert (now(media).state, now(media).error) == ("failed", "in time")
