"""Where somebody is signed in, and how they end it from afar."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import AuditEntry, Organization, Session, User
from apps.accounts.services.devices import device_of
from apps.core import wake
from apps.core.tenancy import organization_scope
from tests.conftest import PASSWORD, client_of, make_member
from tests.core.schema import DocumentedClient

AUTH = "/api/v1/auth/"
SESSIONS = f"{AUTH}sessions/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0"


def login(user: User) -> tuple[DocumentedClient, dict[str, Any]]:
    body = {"email": user.email, "password": PASSWORD}
    headers = {"User-Agent": FIREFOX}
    session = DocumentedClient(REMOTE_ADDR="203.0.113.7").post(f"{AUTH}login/", body, headers=headers).json()
    client = DocumentedClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {session['access']}")
    return client, session


def test_a_person_sees_where_they_are_signed_in_and_nobody_elses(agent: User, organization: Organization) -> None:
    client_of(make_member(organization), organization)
    login(agent)
    here, _ = login(agent)
    shown = here.get(SESSIONS).json()["results"]
    assert [each["current"] for each in shown] == [True, False]
    assert {(each["device"], each["address"], each["method"], each["second_factor"]) for each in shown} == {
        ("Firefox, Windows", "203.0.113.7", "password", "")
    }


def test_refreshing_counts_as_use(agent: User) -> None:
    here, session = login(agent)
    [before] = here.get(SESSIONS).json()["results"]
    here.post(f"{AUTH}refresh/", {"refresh": session["refresh"]})
    [after] = here.get(SESSIONS).json()["results"]
    assert before["last_used_at"] < after["last_used_at"]


def test_a_sign_in_is_ended_from_afar(agent: User, organization: Organization) -> None:
    here, _ = login(agent)
    there, _ = login(agent)
    other = next(each for each in here.get(SESSIONS).json()["results"] if not each["current"])
    assert here.delete(f"{SESSIONS}{other['id']}/").status_code == 204
    assert there.get(f"{AUTH}me/").status_code == 401
    assert here.delete(f"{SESSIONS}{other['id']}/").status_code == 404
    with organization_scope(organization):
        entry = AuditEntry.objects.for_organization(organization).get(action="sessions.revoked")
    assert (entry.target_id, entry.actor_id) == (other["id"], agent.pk)


def test_nobody_ends_anothers_sign_in(agent: User, organization: Organization) -> None:
    colleague = client_of(make_member(organization), organization)
    [theirs] = colleague.get(SESSIONS).json()["results"]
    here, _ = login(agent)
    for wrong in (theirs["id"], "-" * 36):
        assert here.delete(f"{SESSIONS}{wrong}/").status_code == 404
    assert colleague.get(f"{AUTH}me/").status_code == 200


def test_all_other_sign_ins_are_ended_at_once(agent: User) -> None:
    others = [login(agent)[0] for _ in range(3)]
    here, _ = login(agent)
    assert here.post(f"{SESSIONS}revoke-others/").status_code == 204
    assert [each.get(f"{AUTH}me/").status_code for each in others] == [401] * 3
    assert len(here.get(SESSIONS).json()["results"]) == 1


def test_sign_ins_that_ended_long_ago_are_forgotten(agent: User) -> None:
    now = timezone.now()
    old = Session.objects.create(user=agent, ended_at=now - timedelta(days=91))
    silent = Session.objects.create(user=agent, last_used_at=now - timedelta(days=121))
    kept = [Session.objects.create(user=agent, ended_at=now - timedelta(days=89)), Session.objects.create(user=agent)]
    wake.run("accounts.forget_old_sessions")
    assert {*Session.objects.all()} == {*kept}
    assert {old.pk, silent.pk}.isdisjoint(Session.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36 Edg/142.0",
         "Edge, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1",
         "Safari, iPhone"),
        ("curl/8.9", "curl"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_people_would(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
