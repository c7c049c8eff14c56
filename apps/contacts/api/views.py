from contextlib import AbstractContextManager
from typing import Any, cast
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import PlanLimitReached
from apps.contacts import services
from apps.contacts.api import examples
from apps.contacts.api.filters import ContactFilter
from apps.contacts.api.serializers import (
    BlockSerializer,
    ContactChangesSerializer,
    ContactCountsSerializer,
    ContactSerializer,
    MergeSerializer,
    NewContactSerializer,
    NewTagSerializer,
    TagChangesSerializer,
    TagIdsSerializer,
    TagNamesSerializer,
    TagSerializer,
)
from apps.contacts.errors import NoSuchOther, NoSuchTag, PhoneNotValid, PhoneTaken, SameContact, SystemTag, TagNameTaken
from apps.contacts.models import Contact, Tag
from apps.contacts.permissions import DELETE_CONTACTS, EDIT_CONTACTS, VIEW_CONTACTS
from apps.contacts.querysets import ContactQuerySet, TagQuerySet
from apps.contacts.selectors import contact_stats, merged_into
from apps.core.errors import Invalid, NotFound
from apps.core.openapi import describe, query
from apps.core.requests import body_in
from apps.core.rest import NewestFirst, TenantViewSet
from apps.core.tenancy import heavy_reading

ONE: dict[str, Any] = {"answers": {200: ContactSerializer}, "shows": examples.CONTACT}


@extend_schema_view(
    list=describe(
        "Contacts", "List contacts", "Newest first. `query` finds words in names, e-mail, company and phone.",
        answers={200: ContactSerializer(many=True)}, shows=examples.CONTACT,
    ),
    retrieve=describe(
        "Contacts", "Show a contact", "One contact with its tags; of one who was merged, the one who stayed.",
        **ONE, refuses=(NotFound,),
    ),
    create=describe(
        "Contacts", "Add a contact", "The phone must be new, in whichever spelling. Who was deleted comes back.",
        takes=NewContactSerializer, sends=examples.NEW_CONTACT,
        answers={201: ContactSerializer}, shows=examples.CONTACT,
        refuses=(PhoneNotValid, PhoneTaken, PlanLimitReached), writes=True,
    ),
    partial_update=describe(
        "Contacts", "Change a contact", "What isn't named stays as it is; `attributes` are replaced as a whole.",
        takes=ContactChangesSerializer, sends=examples.CHANGES, **ONE,
        refuses=(NotFound, PhoneNotValid, PhoneTaken), writes=True,
    ),
    destroy=describe(
        "Contacts", "Delete a contact", "Conversations stay; whoever writes again is back.",
        answers={204: None}, refuses=(NotFound,), writes=True,
    ),
    stats=describe(
        "Contacts", "Count contacts", "All, with tags, blocked, and new in the last seven days.",
        answers={200: ContactCountsSerializer}, shows=examples.STATS,
    ),
    block=describe(
        "Contacts", "Block a contact", "Nothing is sent to them until they are unblocked.",
        takes=BlockSerializer, sends=examples.BLOCK,
        answers={200: ContactSerializer}, shows=examples.BLOCKED_CONTACT, refuses=(NotFound,), writes=True,
    ),
    unblock=describe(
        "Contacts", "Unblock a contact", "Clears the time and the reason, too.", **ONE, refuses=(NotFound,), writes=True
    ),
    vip=describe(
        "Contacts", "Make a contact a VIP", "VIPs stand out in lists.",
        answers={200: ContactSerializer}, shows=examples.VIP_CONTACT, refuses=(NotFound,), writes=True,
    ),
    merge=describe(
        "Contacts", "Merge two contacts",
        "They are one person: tags, conversations and what WhatsApp calls the other one become this one's; what is "
        "known of both stays this one's. Blocks and refusals of both hold.",
        takes=MergeSerializer, sends=examples.MERGE, **ONE, refuses=(NotFound, NoSuchOther, SameContact), writes=True,
    ),
    tags=describe(
        "Contacts", "Set a contact's tags", "By name, in whatever case; names that are new become tags.",
        takes=TagNamesSerializer, sends=examples.TAG_NAMES, **ONE, refuses=(NotFound,), writes=True,
    ),
)  # fmt: skip
class ContactViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Contact]):
    queryset = Contact.objects.present()
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    permissions = {
        "list": VIEW_CONTACTS,
        "retrieve": VIEW_CONTACTS,
        "stats": VIEW_CONTACTS,
        "destroy": DELETE_CONTACTS,
        "*": EDIT_CONTACTS,
    }

    def scope(self) -> AbstractContextManager[None]:
        if self.action == "list" and self.request.query_params.get("query"):
            return heavy_reading(self.organization_id, "contacts are searched by parts of names and numbers")
        return super().scope()

    def get_queryset(self) -> ContactQuerySet:
        return cast(ContactQuerySet, super().get_queryset()).with_tags().with_identities()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        try:
            return super().retrieve(request, *args, **kwargs)
        except (Http404, NotFound):
            stayed = merged_into(organization_id=self.organization_id, contact_id=kwargs["pk"])
            if stayed is None:
                raise
            return self._shown(stayed)

    def create(self, request: Request) -> Response:
        wanted = self.validated(NewContactSerializer)
        return self._shown(services.create_contact(organization_id=self.organization_id, **wanted), status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        changes = self.validated(ContactChangesSerializer)
        return self._shown(services.change_contact(contact=self.get_object(), **changes))

    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_contact(contact=self.get_object())
        return Response(status=204)

    @extend_schema(operation_id="contacts_stats")  # one contact's statistics have the usual name
    @action(detail=False, filterset_class=None, pagination_class=None)
    def stats(self, request: Request) -> Response:
        return Response(contact_stats(organization_id=self.organization_id, now=timezone.now()))

    @action(detail=True, methods=["post"])
    def block(self, request: Request, pk: str) -> Response:
        return self._shown(services.block_contact(contact=self.get_object(), **self.validated(BlockSerializer)))

    @action(detail=True, methods=["post"])
    def unblock(self, request: Request, pk: str) -> Response:
        return self._shown(services.unblock_contact(contact=self.get_object()))

    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        return self._shown(services.merge(contact=self.get_object(), **self.validated(MergeSerializer)))

    @action(detail=True, methods=["post"])
    def vip(self, request: Request, pk: str) -> Response:
        return self._shown(services.set_vip(contact=self.get_object(), vip=True))

    @vip.mapping.delete
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Contacts", "Make a contact no VIP", "An ordinary contact again.", **ONE, refuses=(NotFound,), writes=True
    )  # fmt: skip
    def no_vip(self, request: Request, pk: str) -> Response:
        return self._shown(services.set_vip(contact=self.get_object(), vip=False))

    @action(detail=True, methods=["put"])
    def tags(self, request: Request, pk: str) -> Response:
        names = self.validated(TagNamesSerializer)["names"]
        return self._shown(services.set_tags(contact=self.get_object(), names=names))

    @tags.mapping.post
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Contacts", "Add tags to a contact", "By id; the tags that it has stay.",
        takes=TagIdsSerializer, sends=examples.TAG_IDS, **ONE, refuses=(NotFound, NoSuchTag), writes=True,
    )  # fmt: skip
    def add_tags(self, request: Request, pk: str) -> Response:
        return self._shown(services.add_tags(contact=self.get_object(), **self.validated(TagIdsSerializer)))

    @tags.mapping.delete
    @describe(  # here, since extend_schema_view doesn't see a second method of an action
        "Contacts", "Take tags off a contact", "By id, in the query or as in a POST's body.",
        **ONE, refuses=(Invalid, NotFound, NoSuchTag), writes=True,
        filters=[query("tag_ids", "A tag's id; may come more than once.", OpenApiTypes.UUID, many=True)],
    )  # fmt: skip
    def remove_tags(self, request: Request, pk: str) -> Response:
        return self._shown(services.remove_tags(contact=self.get_object(), tag_ids=self._ids_to_remove(request)))

    def _ids_to_remove(self, request: Request) -> list[UUID]:
        # A DELETE's body has no place in OpenAPI, and some proxies drop it: hence the query.
        wanted: Any = request.data or {"tag_ids": request.query_params.getlist("tag_ids")}
        return cast(list[UUID], body_in(TagIdsSerializer, wanted)["tag_ids"])

    def _shown(self, contact: Contact, *, status: int = 200) -> Response:
        return Response(ContactSerializer(self.get_queryset().get(pk=contact.pk)).data, status=status)


class TagsByName(NewestFirst):
    ordering = ("folded", "id")


@extend_schema_view(
    list=describe(
        "Tags", "List tags", "By name, with the number of contacts that have each.",
        answers={200: TagSerializer(many=True)}, shows=examples.TAG,
    ),
    retrieve=describe(
        "Tags", "Show a tag", "One tag, with the number of contacts that have it.",
        answers={200: TagSerializer}, shows=examples.TAG, refuses=(NotFound,),
    ),
    create=describe(
        "Tags", "Add a tag", "The name must be new, in whatever case.",
        takes=NewTagSerializer, sends=examples.NEW_TAG,
        answers={201: TagSerializer}, shows=examples.TAG, refuses=(TagNameTaken,), writes=True,
    ),
    partial_update=describe(
        "Tags", "Change a tag", "Another name or colour, on all its contacts.",
        takes=TagChangesSerializer, sends=examples.CHANGED_TAG,
        answers={200: TagSerializer}, shows=examples.TAG, refuses=(NotFound, SystemTag, TagNameTaken), writes=True,
    ),
    destroy=describe(
        "Tags", "Delete a tag", "It is taken off all contacts.",
        answers={204: None}, refuses=(NotFound, SystemTag), writes=True,
    ),
)  # fmt: skip
class TagViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Tag]):
    queryset = Tag.objects.all()
    serializer_class = TagSerializer
    pagination_class = TagsByName
    permissions = {"list": VIEW_CONTACTS, "retrieve": VIEW_CONTACTS, "destroy": DELETE_CONTACTS, "*": EDIT_CONTACTS}

    def get_queryset(self) -> TagQuerySet:
        return cast(TagQuerySet, super().get_queryset()).with_counts().folded()

    def create(self, request: Request) -> Response:
        tag = services.create_tag(organization_id=self.organization_id, **self.validated(NewTagSerializer))
        return self._shown(tag, status=201)

    def partial_update(self, request: Request, pk: str) -> Response:
        return self._shown(services.change_tag(tag=self.get_object(), **self.validated(TagChangesSerializer)))

    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_tag(tag=self.get_object())
        return Response(status=204)

    def _shown(self, tag: Tag, *, status: int = 200) -> Response:
        return Response(TagSerializer(self.get_queryset().get(pk=tag.pk)).data, status=status)
