"""Who may ask what: every operation against every kind of caller."""

from apps.accounts.models import Organization, User
from apps.core.access import ANYBODY
from apps.core.permissions import all_permissions
from apps.core.rest import TenantViewSet
from pytake.api import router
from tests.conftest import make_member
from tests.core.schema import DocumentedClient


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
