"""The same request under the same key does its work once."""

from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Organization, User
from apps.core import idempotency, wake
from apps.core.models import IdempotencyKey
from apps.core.tenancy import all_organizations
from tests.conftest import commits, in_parallel, make_member, make_organization, token_of
from tests.core import doors

URL = "/api/v1/doors/"
pytestmark = pytest.mark.urls("tests.core.doors")


def client_of(user: User, organization: Organization) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(user, organization)}")
    return client


@pytest.fixture
def client(agent: User, organization: Organization) -> APIClient:
    return client_of(agent, organization)


def open_door(client: APIClient, door: str = "front", key: str = "abc") -> Any:
    return client.post(URL, {"door": door}, headers={"Idempotency-Key": key} if key else {})


def opened(client: APIClient) -> list[str]:
    doors: list[str] = client.get(URL).json()
    return doors


def test_the_first_answer_is_given_again_and_says_so(client: APIClient) -> None:
    first, again = open_door(client), open_door(client)
    assert (
        (first.status_code, first.json()) == (again.status_code, again.json()) == (201, {"door": "front", "opened": 1})
    )
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert opened(client) == ["front"]


def test_without_a_key_each_request_counts(client: APIClient) -> None:
    open_door(client, key="")
    open_door(client, key="")
    assert opened(client) == ["front", "front"]


def test_the_key_with_another_request_is_refused(client: APIClient, organization: Organization, viewer: User) -> None:
    open_door(client)
    answers = [open_door(client, "back"), open_door(client_of(viewer, organization))]
    for answer in answers:
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-used-otherwise")
    assert opened(client) == ["front"]


def test_each_organization_has_keys_of_its_own(client: APIClient) -> None:
    theirs = make_organization("Boreal")
    assert open_door(client).json()["opened"] == 1
    assert "Idempotency-Replayed" not in open_door(client_of(make_member(theirs), theirs))


def test_a_refusal_is_not_kept(client: APIClient) -> None:
    assert open_door(client, "cellar").status_code == 409
    assert open_door(client, "front").status_code == 201


def test_a_key_is_forgotten_after_a_day(client: APIClient, organization: Organization) -> None:
    open_door(client)
    _grow_old(idempotency.KEPT)
    assert "Idempotency-Replayed" not in open_door(client, "back")
    assert opened(client) == ["front", "back"]
    assert open_door(client, "back")["Idempotency-Replayed"] == "true"


def test_old_keys_are_deleted(client: APIClient) -> None:
    open_door(client, key="old")
    _grow_old(idempotency.KEPT)
    open_door(client, key="new")
    wake.run("core.forget_old_keys")
    with all_organizations("count"):
        assert [each.key for each in IdempotencyKey.objects.across_organizations()] == ["new"]


def test_a_key_that_is_too_long_is_refused(client: APIClient) -> None:
    assert open_door(client, key="x" * 255).status_code == 201
    assert open_door(client, key="x" * 256).json()["type"] == "/problems/key-too-long"


def test_an_uploaded_file_is_told_from_another_of_its_size(client: APIClient) -> None:
    def upload(content: bytes, door: str = "front") -> Any:
        body = {"door": door, "file": SimpleUploadedFile("door.jpg", content, "image/jpeg")}
        return client.post(f"{URL}photo/", body, "multipart", headers={"Idempotency-Key": "photo"})

    assert upload(b"one").json() == {"size": 3}
    assert upload(b"one")["Idempotency-Replayed"] == "true"
    assert upload(b"two").status_code == 422
    assert upload(b"one", door="back").status_code == 422
    assert opened(client) == ["front"]


@commits
def test_of_two_at_once_the_second_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    organization = make_organization()
    client = client_of(make_member(organization), organization)
    barrier = Barrier(2)
    monkeypatch.setattr(doors, "inside", [barrier])

    def work(number: int) -> Any:
        if number == 0:
            return open_door(client)  # waits inside, with its work done and not committed
        while not barrier.n_waiting:
            pass
        answer = open_door(client)
        barrier.wait(5)
        return answer

    first, second = in_parallel(work, times=2)
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json()["type"] == "/problems/key-in-progress"
    monkeypatch.setattr(doors, "inside", [])
    assert open_door(client)["Idempotency-Replayed"] == "true"
    assert opened(client) == ["front"]


def _grow_old(age: timedelta) -> None:
    with all_organizations("time goes by"):
        IdempotencyKey.objects.across_organizations().update(created_at=timezone.now() - age)
