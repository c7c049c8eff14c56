from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any, cast

from django_filters.utils import translate_validation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.contacts.errors import PhoneNotValid
from apps.core.errors import NotFound
from apps.core.openapi import describe, query
from apps.core.rest import NewestFirst, TenantViewSet
from apps.core.tenancy import heavy_reading, organization_scope
from apps.messaging import selectors, services
from apps.messaging.api.examples import conversations as examples
from apps.messaging.api.examples import costs as cost_examples
from apps.messaging.api.examples import messages as message_examples
from apps.messaging.api.filters import ORDERS, ConversationFilter, MessageFilter
from apps.messaging.api.serializers.conversations import (
    AssignSerializer,
    ChangeConversationSerializer,
    CloseSerializer,
    ConversationSerializer,
    CountsSerializer,
    PassThreadSerializer,
    StartConversationSerializer,
)
from apps.messaging.api.serializers.costs import CostsSerializer
from apps.messaging.api.serializers.messages import MessageSerializer
from apps.messaging.api.serializers.outgoing import OutgoingMessageSerializer, draft_of
from apps.messaging.api.views.messages import WRITING
from apps.messaging.errors import (
    AlreadyClosed,
    AlreadyOpen,
    HeldByAColleague,
    NoAddress,
    NoSuchAgent,
    NoSuchContact,
    NoSuchDepartment,
    NoSuchNumber,
    StatusNotAllowed,
)
from apps.messaging.models import Conversation, Message
from apps.messaging.permissions import ANSWER_CONVERSATIONS, VIEW_CONVERSATIONS
from apps.messaging.querysets import ConversationQuerySet
from apps.vault.errors import ProviderAway
from apps.whatsapp.errors import CloudApiOnly, NumberRefused, WhatsAppUnreachable

ROUTING = (CloudApiOnly, NoAddress, NumberRefused, WhatsAppUnreachable, ProviderAway)


class NewestActivityFirst(NewestFirst):
    ordering = ("-last_message_at", "-id")


class ByTime(NewestFirst):
    """A page of a thread, from either end."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return ("at", "id") if request.query_params.get("order") == "oldest" else ("-at", "-id")


@extend_schema_view(
    list=describe(
        "Conversations", "List conversations", "The inbox: newest activity first.",
        answers={200: ConversationSerializer(many=True)}, shows=examples.CONVERSATION,
    ),
    retrieve=describe(
        "Conversations", "Show a conversation", "One conversation with its contact, number and last message.",
        answers={200: ConversationSerializer}, shows=examples.CONVERSATION, refuses=(NotFound,),
    ),
    create=describe(
        "Conversations", "Start a conversation",
        "With a contact, or with a phone number that becomes one. Where one is open already, it is answered (200).",
        takes=StartConversationSerializer, sends=examples.START, writes=True,
        answers={201: ConversationSerializer, 200: ConversationSerializer}, shows=examples.CONVERSATION,
        refuses=(NoSuchNumber, NoSuchContact, HeldByAColleague, PhoneNotValid, *WRITING),
    ),
    partial_update=describe(
        "Conversations", "Change a conversation",
        "Status, priority, labels or department. Resolved and closed finish it.",
        takes=ChangeConversationSerializer, sends=examples.CHANGE, writes=True,
        answers={200: ConversationSerializer}, shows=examples.CONVERSATION,
        refuses=(NotFound, NoSuchDepartment, StatusNotAllowed, AlreadyClosed),
    ),
    counts=describe(
        "Conversations", "Count conversations", "How many open ones each view of the inbox holds.",
        answers={200: CountsSerializer}, shows=examples.COUNTS,
    ),
    read=describe(
        "Conversations", "Mark read", "Nothing is unread any more, and the customer sees that it was read.",
        answers={200: ConversationSerializer}, shows=examples.CONVERSATION, refuses=(NotFound,), writes=True,
    ),
    unread=describe(
        "Conversations", "Mark unread", "So that somebody looks again.",
        answers={200: ConversationSerializer}, shows=examples.CONVERSATION, refuses=(NotFound,), writes=True,
    ),
    assign=describe(
        "Conversations", "Assign", "To an agent; to me, where no agent is named; to nobody, where the agent is null.",
        takes=AssignSerializer, sends=examples.ASSIGN, writes=True,
        answers={200: ConversationSerializer}, shows=examples.CONVERSATION,
        refuses=(NotFound, NoSuchAgent, StatusNotAllowed),
    ),
    close=describe(
        "Conversations", "Close", "Finishes it. The customer's next message within a day opens it again.",
        takes=CloseSerializer, sends=examples.CLOSE, writes=True,
        answers={200: ConversationSerializer}, shows=examples.CLOSED, refuses=(NotFound, AlreadyClosed),
    ),
    take_thread=describe(
        "Conversations", "Take a chat over",
        "From another responder of the number, such as Meta's own agent: we answer from now on. Only the number's "
        "escalation partner may do so (2494191).",
        answers={200: ConversationSerializer}, shows=examples.TAKEN, refuses=(NotFound, *ROUTING), writes=True,
    ),
    pass_thread=describe(
        "Conversations", "Pass a chat on", "Another responder of the number answers from now on.",
        takes=PassThreadSerializer, sends=examples.PASS, writes=True,
        answers={200: ConversationSerializer}, shows=examples.PASSED, refuses=(NotFound, *ROUTING),
    ),
    release_thread=describe(
        "Conversations", "Let go of a chat", "No responder has it any more, until the customer writes.",
        answers={200: ConversationSerializer}, shows=examples.RELEASED, refuses=(NotFound, *ROUTING), writes=True,
    ),
    reopen=describe(
        "Conversations", "Reopen", "Takes a finished conversation up again.",
        answers={200: ConversationSerializer}, shows=examples.CONVERSATION, refuses=(NotFound, AlreadyOpen),
        writes=True,
    ),
    cost=describe(
        "Conversations", "Show what a conversation cost",
        "Its delivered messages as Meta prices them, by category, at Meta's list rates.",
        answers={200: CostsSerializer}, shows=cost_examples.COSTS, refuses=(NotFound,),
    ),
    messages=describe(
        "Messages", "List messages", "The thread, newest first, or oldest first with `order=oldest`.",
        answers={200: MessageSerializer(many=True)}, shows=message_examples.MESSAGE,
        filters=[
            query("order", "newest (default) or oldest first.", enum=[name for name, _ in ORDERS]),
            query("at_before", "Only messages before this moment.", OpenApiTypes.DATETIME),
            query("at_after", "Only messages from this moment on.", OpenApiTypes.DATETIME),
            query("search", "Only messages that hold these words."),
        ],
    ),
)  # fmt: skip
class ConversationViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Conversation]):
    queryset = Conversation.objects.select_related(*selectors.LISTED)
    serializer_class = ConversationSerializer
    pagination_class = NewestActivityFirst
    rate_scopes = {"create": "send_message", "send": "send_message"}
    permissions = {
        "*": ANSWER_CONVERSATIONS,
        "list": VIEW_CONVERSATIONS,
        "retrieve": VIEW_CONVERSATIONS,
        "counts": VIEW_CONVERSATIONS,
        "messages": VIEW_CONVERSATIONS,
        "cost": VIEW_CONVERSATIONS,
    }

    @property
    def filterset_class(self) -> Any:
        return ConversationFilter if self.action == "list" else None

    def scope(self) -> AbstractContextManager[None]:
        if self.action == "list" and self.request.query_params.get("search"):
            return heavy_reading(self.organization_id, "a search of conversations by names and words")
        return organization_scope(self.organization_id)

    def get_queryset(self) -> ConversationQuerySet:
        rows = cast(ConversationQuerySet, super().get_queryset())
        return rows.visible_to(self.access) if self.access else rows  # the schema's generator asks, too

    def create(self, request: Request) -> Response:
        wanted = self.validated(StartConversationSerializer)
        message = wanted.pop("message", None)
        started = services.start_conversation(
            organization_id=self.organization_id, by=self.access.user, access=self.access, **wanted
        )
        if message:
            draft = draft_of(message, kind=Message.Sender.AGENT)
            services.send_message(
                conversation=started.conversation, draft=draft, by=self.access.user, access=self.access
            )
        return self._answer(started.conversation, 201 if started.is_new else 200)

    def partial_update(self, request: Request, pk: str) -> Response:
        values = self.validated(ChangeConversationSerializer)
        return self._answer(services.change(conversation=self.get_object(), by=self.access.user, **values))

    @action(detail=False, methods=["get"])
    def counts(self, request: Request) -> Response:
        rows = self.get_queryset()
        return Response(selectors.counts(rows.select_related(None), user_id=self.access.user.pk))

    @action(detail=True, methods=["post"])
    def read(self, request: Request, pk: str) -> Response:
        return self._answer(services.mark_read(conversation=self.get_object()))

    @action(detail=True, methods=["post"])
    def unread(self, request: Request, pk: str) -> Response:
        return self._answer(services.mark_unread(conversation=self.get_object()))

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        me = self.access.user
        agent_id = self.validated(AssignSerializer).get("agent_id", me.pk)
        return self._answer(services.assign(conversation=self.get_object(), agent_id=agent_id, by=me))

    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        values = self.validated(CloseSerializer)
        return self._answer(services.close(conversation=self.get_object(), by=self.access.user, **values))

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        return self._answer(services.reopen(conversation=self.get_object()))

    @action(detail=True, methods=["post"], url_path="take-thread")
    def take_thread(self, request: Request, pk: str) -> Response:
        return self._answer(services.take_thread(conversation=self.get_object()))

    @action(detail=True, methods=["post"], url_path="pass-thread")
    def pass_thread(self, request: Request, pk: str) -> Response:
        values = self.validated(PassThreadSerializer)
        return self._answer(services.pass_thread(conversation=self.get_object(), **values))

    @action(detail=True, methods=["post"], url_path="release-thread")
    def release_thread(self, request: Request, pk: str) -> Response:
        return self._answer(services.release_thread(conversation=self.get_object(), by=self.access.user))

    @action(detail=True, methods=["get"])
    def cost(self, _request: Request, pk: str) -> Response:
        return Response(CostsSerializer(selectors.cost_of_conversation(self.get_object())).data)

    @action(detail=True, methods=["get"], pagination_class=ByTime)
    def messages(self, request: Request, pk: str) -> Response:
        conversation = self.get_object()
        rows = Message.objects.for_organization(self.organization_id)
        wanted = MessageFilter(request.query_params, selectors.thread(rows, conversation.pk), request=request)
        if not wanted.is_valid():
            raise translate_validation(wanted.errors)
        page = selectors.complete(self.paginate_queryset(wanted.qs) or [])
        return self.get_paginated_response(
            MessageSerializer(page, many=True, context=self.get_serializer_context()).data
        )

    @messages.mapping.post
    @describe(
        "Messages", "Send a message",
        "Puts a message into the outbox and answers at once; what becomes of it comes over the socket.",
        takes=OutgoingMessageSerializer, sends=message_examples.OUTGOING, or_sends=message_examples.OF_EACH_TYPE,
        writes=True,
        answers={201: MessageSerializer}, shows=message_examples.MESSAGE, refuses=(NotFound, *WRITING),
    )  # fmt: skip
    def send(self, request: Request, pk: str) -> Response:
        draft = draft_of(self.validated(OutgoingMessageSerializer), kind=Message.Sender.AGENT)
        message = services.send_message(
            conversation=self.get_object(), draft=draft, by=self.access.user, access=self.access
        )
        return Response(MessageSerializer(selectors.shown(message), context=self.get_serializer_context()).data, 201)

    def _answer(self, conversation: Conversation, status: int = 200) -> Response:
        # Whoever gives a conversation away may not see it any more, and is answered all the same.
        rows = Conversation.objects.for_organization(self.organization_id).select_related(*selectors.LISTED)
        shown = rows.get(pk=conversation.pk)
        return Response(ConversationSerializer(shown).data, status)
