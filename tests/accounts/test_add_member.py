"""A person is taken into an organization by a command."""

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Organization, User
from tests.conftest import PASSWORD, access_of, make_member


def add(organization: str, email: str, **more: str) -> None:
    call_command("add_member", organization=organization, email=email, **more)


def test_a_new_person_gets_an_account_and_a_role(organization: Organization) -> None:
    add(organization.slug, "bia@aurora.example", name="Bia", role="supervisor", password=PASSWORD)
    bia = User.objects.get(email="bia@aurora.example")
    assert access_of(bia, organization).role == "supervisor"


def test_a_known_person_keeps_their_password_and_gets_the_role(organization: Organization) -> None:
    ana = make_member(organization, role="agent")
    add(organization.slug, ana.email, role="viewer")
    assert access_of(ana, organization).role == "viewer"


@pytest.mark.parametrize(("slug", "password"), [("nowhere", PASSWORD), ("padaria-aurora", "short")])
def test_what_can_not_be_is_refused(organization: Organization, slug: str, password: str) -> None:
    with pytest.raises(CommandError):
        add(slug, "caio@aurora.example", password=password)
    assert not User.objects.filter(email="caio@aurora.example").exists()
