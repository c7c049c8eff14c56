"""What a person is told of their own account."""

from apps.accounts import services as accounts
from apps.accounts.models import Organization, User
from apps.core.tenancy import organization_scope
from apps.notifications.models import Notice
from tests.conftest import PASSWORD, client_of


def told(user: User, organization: Organization) -> list[str]:
    with organization_scope(organization):
        rows = Notice.objects.for_organization(organization).filter(user=user).order_by("pk")
        return [str(row.values.get("what") or row.values.get("export")) for row in rows]


def sign_in(user: User, address: str, browser: str) -> None:
    accounts.login(email=user.email, password=PASSWORD, client=accounts.Client(user_agent=browser, address=address))


def test_a_sign_in_from_a_new_place_is_told_and_one_from_a_known_place_is_not(
    agent: User, organization: Organization
) -> None:
    sign_in(agent, "203.0.113.1", "Firefox")
    sign_in(agent, "203.0.113.1", "Chrome")
    sign_in(agent, "203.0.113.9", "Firefox")
    assert told(agent, organization) == []
    sign_in(agent, "198.51.100.7", "Safari")
    assert told(agent, organization) == ["new_sign_in"]


def test_a_changed_password_is_told(agent: User, organization: Organization) -> None:
    change = {"old_password": PASSWORD, "password": "outra-senha-comprida-7"}
    answer = client_of(agent, organization).post("/api/v1/auth/password-change/", change)
    assert answer.status_code in (200, 204), answer.content
    assert told(agent, organization) == ["password_changed"]
