"""Who may ask what: every operation against every kind of caller."""

import re

import pytest

from apps.accounts.models import Organization, User
from apps.core.access import ANYBODY
from apps.core.permissions import all_permissions
from apps.core.rest import TenantViewSet
from pytake.api import router
from tests.conftest import client_of, make_member
from tests.core.samples import Samples
from tests.core.schema import DocumentedClient, Operation, operations

PUBLIC = {
    "POST /api/v1/auth/login/", "POST /api/v1/auth/refresh/", "POST /api/v1/auth/register/",
    "POST /api/v1/auth/password-reset/", "POST /api/v1/auth/password-reset/confirm/", "POST /api/v1/auth/verify-email/",
    "POST /api/v1/invitations/accept/", "POST /api/v1/invitations/look/",
}  # fmt: skip
SIGNED_IN = [operation for operation in operations() if str(operation) not in PUBLIC]
OF_ORGANIZATIONS = [operation for operation in SIGNED_IN if operation.noun != "auth" and not operation.for_staff]
OTHERS = [operation for operation in OF_ORGANIZATIONS if not operation.path.startswith("/api/v1/users/me/")]
# What somebody who only looks may not even see.
HIDDEN_FROM_VIEWERS = {"api-keys", "audit-log", "invitations", "organization-exports", "realtime", "webhook-events"}
OF_SUPERVISORS = (
    "/webhook/", "/me/settings/", "/me/retention/", "/privacy-jobs/", "/organizations/me/stats/", "/me/usage/",
    "/users/{id}/stats/", "/users/{id}/status-history/",
)  # fmt: skip
# Everybody finds their own there, and nobody else's.
ONES_OWN = "/api/v1/privacy-jobs/{id}/"


@pytest.mark.parametrize("operation", SIGNED_IN, ids=str)
def test_nobody_asks_without_a_token(db: None, operation: Operation) -> None:
    path = re.sub(r"{\w+}", "019abc00-0000-7000-8000-000000000001", operation.path)
    answer = DocumentedClient().generic(operation.method, path)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.django_db
@pytest.mark.parametrize("operation", [each for each in OTHERS if each.method != "GET"], ids=str)
def test_a_viewer_changes_nothing(operation: Operation) -> None:
    assert _ask_as("viewer", operation) == 403


@pytest.mark.django_db
@pytest.mark.parametrize("operation", [each for each in OF_ORGANIZATIONS if each.method == "GET"], ids=str)
def test_a_viewer_sees_everything_that_is_meant_for_agents(operation: Operation) -> None:
    hidden = operation.noun in HIDDEN_FROM_VIEWERS or operation.path.endswith(OF_SUPERVISORS)
    found = 404 if operation.path.startswith(ONES_OWN) else 200
    assert _ask_as("viewer", operation) == (403 if hidden else found)


@pytest.mark.django_db
@pytest.mark.parametrize("operation", OF_ORGANIZATIONS, ids=str)
def test_an_owner_may_do_everything(operation: Operation) -> None:
    assert _ask_as("owner", operation) not in (401, 403)


def _ask_as(role: str, operation: Operation) -> int:
    samples = Samples("Padaria Aurora")
    samples.everything()
    samples.client = client_of(make_member(samples.organization, role=role), samples.organization)
    status: int = samples.ask(operation, samples.path_of(operation), samples.body_of(operation)).status_code
    return status


def test_every_action_asks_for_a_permission_that_exists() -> None:
    names = {each.name for each in all_permissions()}
    for _, viewset, _ in router.registry:
        if issubclass(viewset, TenantViewSet):
            assert "*" in viewset.permissions, f"{viewset.__name__}: an action without a permission is anybody's"
            assert set(viewset.permissions.values()) <= names | {ANYBODY}


def test_a_role_that_has_changed_holds_at_once(agent: User, organization: Organization, api: DocumentedClient) -> None:
    contact = {"phone": "+55 11 98765-4321"}
    make_member(organization, role="viewer", email=agent.email)
    assert api.post("/api/v1/contacts/", contact).status_code == 403
