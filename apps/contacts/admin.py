from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from apps.contacts.models import Contact, ContactIdentity, ContactTag, Tag
from apps.contacts.querysets import ContactQuerySet
from apps.core.admin import SupportAdmin
from apps.core.desk import FOUND, Figure, Found, count_up_to, finder, section


@admin.register(Contact)
class ContactAdmin(SupportAdmin[Contact]):
    list_display = ["display_name", "organization", "phone", "is_blocked", "is_vip", "last_message_at", "deleted_at"]
    list_filter = ["is_blocked", "is_vip", "opted_in", "source", "organization"]
    list_select_related = ["organization"]
    search_fields = ["search_text"]
    search_help_text = "Words in names, e-mail, company or phone."
    ordering = ["-id"]
    exclude = ["search_text"]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[ContactQuerySet, bool]:
        return queryset.matching(search_term), False


@admin.register(ContactIdentity)
class ContactIdentityAdmin(SupportAdmin[ContactIdentity]):
    list_display = ["value", "kind", "contact", "organization", "created_at"]
    list_filter = ["kind", "organization"]
    list_select_related = ["organization", "contact"]
    search_fields = ["=value"]
    ordering = ["-id"]


@admin.register(Tag)
class TagAdmin(SupportAdmin[Tag]):
    list_display = ["name", "color", "is_system", "organization", "created_at"]
    list_filter = ["is_system", "organization"]
    list_select_related = ["organization"]
    search_fields = ["name"]


@admin.register(ContactTag)
class ContactTagAdmin(SupportAdmin[ContactTag]):
    list_display = ["contact", "tag", "organization"]
    list_filter = ["organization"]
    list_select_related = ["organization", "contact", "tag"]
    search_fields = ["tag__name"]
    ordering = ["-id"]


@section("Contacts")
def _contacts_of(organization_id: UUID) -> Iterator[Figure]:
    rows = Contact.objects.for_organization(organization_id).filter(deleted_at=None)
    page = f"{reverse('admin:contacts_contact_changelist')}?organization__id__exact={organization_id}"
    yield Figure("contacts", count_up_to(rows), page)


@finder
def _find_contacts(text: str) -> Iterator[Found]:
    for contact in Contact.objects.in_scope().matching(text).select_related("organization").order_by("-pk")[:FOUND]:
        url = reverse("admin:contacts_contact_change", args=[contact.pk])
        yield Found("Contact", contact.display_name, contact.phone or "", contact.organization.name, url)
