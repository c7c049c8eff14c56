"""Every operation of the schema, asked by every kind of caller: each role, and each credential that is none."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.db import transaction
from django.urls import resolve
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from apps.accounts import services as accounts
from apps.accounts.models import Role
from apps.accounts.roles import permissions_of
from apps.core.access import ANYBODY
from tests.conftest import access_of, client_of, make_member, make_organization, session_of, token_of
from tests.core.samples import Samples
from tests.core.schema import PUBLIC, Operation, operations

OPERATIONS = operations()
PROTECTED = [each for each in OPERATIONS if str(each) not in PUBLIC]
NOT_FOR_THE_ROLE = {"/problems/forbidden"}


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is asked in here has not happened afterwards."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # so that the requests' own durable blocks may stand in it
    with block:
        yield
        transaction.set_rollback(True)


def permission_of(operation: Operation, path: str) -> str | None:
    """What the view asks for this operation; None where it isn't ruled by the organization's permissions."""
    view = resolve(path).func
    if not hasattr(view, "actions"):
        return None
    action = view.actions[operation.method.lower()]
    wanted = getattr(view.cls, "permissions", None)  # type: ignore[attr-defined]
    return None if wanted is None else wanted.get(action, wanted.get("*", ANYBODY))


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_a_role_does_what_its_permissions_name_and_nothing_else(role: str) -> None:
    samples, wrong = Samples("Padaria Aurora"), []
    samples.everything()
    member = make_member(samples.organization, role=role)
    may = permissions_of(role)
    for operation in PROTECTED:
        path = nobodys(operation) if operation.noun == "auth" else samples.path_of(operation)
        wanted = permission_of(operation, path)
        allowed = not operation.for_staff and (wanted in (None, ANYBODY) or wanted in may)
        body = samples.body_of(operation)
        with undone():
            samples.client = client_of(member, samples.organization)
            answer = samples.ask(operation, path, body)
            refused = answer.status_code == 403 and answer.json()["type"] in NOT_FOR_THE_ROLE
        if answer.status_code == 401 and answer.json()["type"] not in operation.problems(401):
            wrong.append(f"{operation}: {answer.status_code}")
        elif refused == allowed:
            wrong.append(f"{operation}: {answer.status_code}, {'allowed' if allowed else 'not allowed'} to {role}")
    assert wrong == []


def _signed(claims: dict[str, Any], key: str) -> str:
    return str(jwt.encode(claims, key, algorithm="HS256"))


def _alg_none(token: str) -> str:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


def expired(samples: Samples) -> str:
    token = AccessToken(token_of(samples.owner, samples.organization))  # type: ignore[arg-type]
    token.set_exp(from_time=timezone.now() - timedelta(days=1))
    return str(token)


def wrongly_signed(samples: Samples) -> str:
    token = AccessToken(token_of(samples.owner, samples.organization))  # type: ignore[arg-type]
    return _signed(token.payload, "another key that is long enough for HS256, but not ours")


def without_algorithm(samples: Samples) -> str:
    return _alg_none(token_of(samples.owner, samples.organization))


def for_refreshing(samples: Samples) -> str:
    return str(session_of(samples.owner, samples.organization)["refresh"])


def revoked(samples: Samples) -> str:
    access = access_of(samples.owner, samples.organization)
    token = AccessToken.for_user(samples.owner)
    token["org"], token["sid"] = str(samples.organization.pk), str(access.session_id)
    accounts.logout(access=access)
    return str(token)


def of_a_stranger_in_our_organization(samples: Samples) -> str:
    boreal = make_organization("Boreal")
    session = RefreshToken(session_of(make_member(boreal, role="owner"), boreal)["refresh"])
    token = session.access_token
    token["org"] = str(samples.organization.pk)
    return str(token)


def of_a_deactivated_member(samples: Samples) -> str:
    member = make_member(samples.organization, role="admin")
    token = token_of(member, samples.organization)
    accounts.set_member_active(organization_id=samples.organization.pk, user_id=member.pk, active=False)
    return token


def an_unknown_key(_samples: Samples) -> str:
    return "pk_0123456789ab_" + "x" * 43


def garbage(_samples: Samples) -> str:
    return "ey\xff.\x00.."


def nothing(_samples: Samples) -> str:
    return ""


NO_CREDENTIALS = [
    nothing, garbage, expired, wrongly_signed, without_algorithm, for_refreshing, revoked,
    of_a_stranger_in_our_organization, of_a_deactivated_member, an_unknown_key,
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("credential", NO_CREDENTIALS, ids=lambda each: each.__name__)
def test_what_is_no_credential_opens_nothing(credential: Any) -> None:
    samples = Samples("Padaria Aurora")
    token, client = credential(samples), APIClient()
    if token:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    before, opened = samples.rows(), []
    for operation in PROTECTED:
        path = nobodys(operation)
        answer = client.generic(operation.method, path)
        if (answer.status_code, answer.headers.get("WWW-Authenticate")) != (401, "Bearer"):
            opened.append(f"{operation}: {answer.status_code}")
    assert opened == [], "\n".join(opened)
    assert samples.rows() == before


def nobodys(operation: Operation) -> str:
    """A path of nobody's rows: whether there is one must not be told."""
    names = re.findall(r"{(\w+)}", operation.path)
    ids = {name: f"019abc00-0000-7000-8000-00000000000{n}" for n, name in enumerate(names)}
    return operation.path.format(**ids | {"factor_id": "1"})
