"""A thousand wrong passwords are stopped, and nobody who knows theirs is."""

from typing import Any

import pytest
import redis
from django.contrib.auth.hashers import MD5PasswordHasher
from rest_framework.test import APIClient

from apps.accounts.models import AuditEntry, Organization, User
from apps.accounts.services import failures, lockout
from apps.core import ratelimits, wake
from apps.core.realtime import connection
from apps.core.tenancy import organization_scope
from tests.conftest import PASSWORD, commits, in_parallel, make_member, make_organization

LOGIN = "/api/v1/auth/login/"
CLIENT = APIClient()  # not the one that holds each answer against the schema: a thousand are to come quickly
OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


def login(email: str, password: str, address: str = OFFICE) -> Any:
    return CLIENT.post(LOGIN, {"email": email, "password": password}, REMOTE_ADDR=address)


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were really looked at."""
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(hasher: MD5PasswordHasher, password: str, *args: Any) -> str:
        seen.append(password)
        return encode(hasher, password, *args)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return seen


def test_a_thousand_wrong_passwords_are_stopped_while_forty_colleagues_behind_the_same_address_get_in(
    organization: Organization, agent: User, checks: list[str]
) -> None:
    statuses = [login(agent.email, f"guess {number}").status_code for number in range(1000)]
    assert statuses[:20] == [401] * 8 + [429] * 12
    assert len(checks) == statuses.count(401) < 12, "one more after half a minute, where a machine is slow"
    colleagues = [make_member(organization) for _ in range(40)]
    assert [login(each.email, PASSWORD).status_code for each in colleagues] == [200] * 40
    mistaken = [login(each.email, "Caps Lock").status_code for each in colleagues]
    assert mistaken + [login(each.email, PASSWORD).status_code for each in colleagues] == [401] * 40 + [200] * 40


def test_who_is_attacked_from_elsewhere_signs_in_where_they_are(agent: User) -> None:
    for number in range(10):
        login(agent.email, f"guess {number}", ELSEWHERE)
    refused = login(agent.email, PASSWORD, ELSEWHERE)
    assert refused.status_code == 429
    assert 25 < int(refused["Retry-After"]) <= 30
    assert refused.json()["detail"] == f"Try again in {refused['Retry-After']} seconds."
    assert login(agent.email, PASSWORD, OFFICE).status_code == 200


def test_one_machine_that_tries_a_word_on_everybody_is_stopped_whether_the_accounts_exist_or_not(
    agent: User, checks: list[str]
) -> None:
    assert login(agent.email, PASSWORD, ELSEWHERE).status_code == 200
    checks.clear()
    statuses = [login(f"{number}@nowhere.example", "123456", ELSEWHERE).status_code for number in range(110)]
    assert statuses == [401] * 100 + [429] * 10
    assert len(checks) == 100
    assert login(agent.email, PASSWORD, ELSEWHERE).status_code == 200, "this person is known here"


def test_a_guess_spread_over_many_machines_is_stopped_and_not_the_person_at_their_place(
    agent: User, checks: list[str]
) -> None:
    assert login(agent.email, PASSWORD, OFFICE).status_code == 200
    checks.clear()
    statuses = [login(agent.email, "guess", f"198.51.7.{n}").status_code for n in range(55)]
    assert statuses == [401] * 50 + [429] * 5
    assert len(checks) == 50
    assert login(agent.email, PASSWORD, OFFICE).status_code == 200


def test_one_household_of_ipv6_is_one_address(agent: User) -> None:
    statuses = [login(agent.email, "guess", f"2001:db8:1:2::{number:x}").status_code for number in range(1, 11)]
    assert statuses == [401] * 8 + [429] * 2
    assert login(agent.email, PASSWORD, "2001:db8:1:3::1").status_code == 200


def test_a_right_password_clears_what_was_held_against_it(agent: User) -> None:
    for _ in range(3):
        assert [login(agent.email, "wrong").status_code for _ in range(7)] == [401] * 7
        assert login(agent.email, PASSWORD).status_code == 200


@commits
def test_of_forty_tries_at_once_eight_are_looked_at() -> None:
    agent = make_member(make_organization())
    statuses = in_parallel(lambda number: login(agent.email, f"guess {number}").status_code, times=40)
    assert (statuses.count(401), statuses.count(429)) == (8, 32)


def test_delays_double_up_to_the_longest_and_are_forgotten() -> None:
    ladder = ratelimits.Ladder(f"test:{lockout.PREFIX}", free=2, first=30, longest=100, memory=3600)
    seen = []
    for _ in range(5):
        seen.append(ratelimits.climb(ladder))
        connection().hdel(ladder.key, "until")  # the time goes by
    assert seen == [(0, 0), (0, 30), (0, 60), (0, 100), (0, 100)]
    assert 3590 < connection().ttl(ladder.key) <= 3600
    ratelimits.forget(ladder)
    assert ratelimits.climb(ladder) == (0, 0)


def test_where_redis_is_away_people_get_in(agent: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise redis.ConnectionError

    for module in (lockout, failures, ratelimits):
        monkeypatch.setattr(module, "connection", away)
    assert login(agent.email, "wrong").status_code == 401
    assert login(agent.email, PASSWORD).status_code == 200


def test_the_audit_log_tells_who_got_in_who_did_not_and_who_has_to_wait(
    organization: Organization, agent: User
) -> None:
    login(agent.email, PASSWORD)
    for number in range(10):
        login(agent.email, f"guess {number}", ELSEWHERE)
    login("nobody@nowhere.example", "wrong")
    wake.run("accounts.note_failed_sign_ins")
    with organization_scope(organization):
        entries = AuditEntry.objects.for_organization(organization).filter(action__startswith="sign_in")
        told = [(each.action, each.actor_kind) for each in entries.order_by("pk")]
        assert "guess" not in str(entries.values())
    failed = [("sign_in.failed", "anonymous")] * 8
    assert told == [("sign_in.succeeded", "user"), *failed, ("sign_in.locked_out", "anonymous")]
