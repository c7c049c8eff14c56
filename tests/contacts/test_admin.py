import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Organization, User
from apps.contacts import services
from apps.contacts.models import Tag
from apps.core.tenancy import organization_scope
from tests.conftest import make, make_contact, make_organization

URL = "/admin/contacts/"


@pytest.fixture
def staff(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("support@pytake.example", full_name="Sara"))
    return client


def test_staff_find_the_contacts_of_all_organizations(organization: Organization, staff: Client) -> None:
    contact = make_contact(organization, name="João", phone="5511987654321")
    make_contact(make_organization("Confeitaria Sol"), name="Bia", deleted_at=timezone.now())
    page = f"{URL}contact/"
    assert staff.get(page).content.count(b"field-display_name") == 2
    for query in ("q=joao", "q=8765-4321", f"organization__id__exact={organization.pk}"):
        assert staff.get(f"{page}?{query}").content.count(b"field-display_name") == 1
    assert "João" in staff.get(f"{page}{contact.pk}/change/").content.decode()


def test_staff_see_what_contacts_are_known_by_and_how_they_are_tagged(
    organization: Organization, staff: Client
) -> None:
    contact, tag = make_contact(organization, phone="5511987654321"), make(Tag, organization, name="Atacado")
    with organization_scope(organization):
        services.add_tags(contact=contact, tag_ids=[tag.pk])
    assert b"5511987654321" in staff.get(f"{URL}contactidentity/?q=5511987654321").content
    assert b"field-value" not in staff.get(f"{URL}contactidentity/?q=551198765").content
    for page in ("tag/?q=atac", "contacttag/?q=atac"):
        assert b"Atacado" in staff.get(f"{URL}{page}").content


def test_staff_change_nothing(organization: Organization, staff: Client) -> None:
    contact = make_contact(organization)
    assert staff.post(f"{URL}contact/{contact.pk}/change/", {"name": "Eve"}).status_code == 403
    assert staff.post(f"{URL}contact/{contact.pk}/delete/", {"post": "yes"}).status_code == 403
    assert staff.get(f"{URL}contact/add/").status_code == 403
