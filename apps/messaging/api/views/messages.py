from __future__ import annotations

from typing import cast

from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.errors import PlanLimitReached
from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet
from apps.messaging import selectors, services
from apps.messaging.api.examples import messages as examples
from apps.messaging.api.serializers.messages import MessageSerializer
from apps.messaging.errors import (
    ClientIdUsed,
    ContactBlocked,
    ContactErased,
    DirectSendNotAllowed,
    NoAddress,
    NoSuchMedia,
    NoSuchMessage,
    NoSuchTemplate,
    NotCancellable,
    NotRetryable,
    NotThisWay,
    NumberNotConnected,
    NumberRestricted,
    PhoneNeeded,
    TemplateNotUsable,
    ThreadNotOurs,
    WindowClosed,
)
from apps.messaging.models import Conversation, Message
from apps.messaging.permissions import ANSWER_CONVERSATIONS, VIEW_CONVERSATIONS
from apps.messaging.querysets import MessageQuerySet
from apps.whatsapp.errors import LimitExceeded, MediaNotAccepted, MessageNotValid, TemplateParametersNotValid

SENDING = (
    WindowClosed, ContactBlocked, ContactErased, NoAddress, NumberNotConnected, NumberRestricted, NotThisWay,
    TemplateNotUsable, ThreadNotOurs,
)  # fmt: skip
WRITING = (
    *SENDING, ClientIdUsed, DirectSendNotAllowed, LimitExceeded, MediaNotAccepted, MessageNotValid, NoSuchMedia,
    NoSuchMessage, NoSuchTemplate, PhoneNeeded, PlanLimitReached, TemplateParametersNotValid,
)  # fmt: skip


@extend_schema_view(
    retry=describe(
        "Messages", "Send again", "A person decides: a message that failed, or may have been lost, is sent once more.",
        answers={200: MessageSerializer}, shows=examples.MESSAGE, refuses=(NotFound, NotRetryable, *SENDING),
        writes=True,
    ),
    cancel=describe(
        "Messages", "Cancel", "Takes back a message that has not left.",
        answers={200: MessageSerializer}, shows=examples.CANCELLED, refuses=(NotFound, NotCancellable), writes=True,
    ),
    retrieve=describe(
        "Messages", "Show a message", "One message; addresses of files are signed anew.",
        answers={200: MessageSerializer}, shows=examples.MESSAGE, refuses=(NotFound,),
    ),
)  # fmt: skip
class MessageViewSet(RetrieveModelMixin, TenantViewSet[Message]):
    queryset = Message.objects.select_related(*selectors.SHOWN)
    serializer_class = MessageSerializer
    permissions = {"*": ANSWER_CONVERSATIONS, "retrieve": VIEW_CONVERSATIONS}

    def get_queryset(self) -> MessageQuerySet:
        rows = cast(MessageQuerySet, super().get_queryset())
        if self.access is None:  # the schema's generator
            return rows
        return rows.visible_to(self.access, Conversation.objects.for_organization(self.organization_id))

    def get_object(self) -> Message:
        message = super().get_object()
        selectors.complete([message])
        return message

    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        return self._answer(services.send_again(message=self.get_object(), by=self.access.user))

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        return self._answer(services.cancel_message(message=self.get_object()))

    def _answer(self, message: Message) -> Response:
        return Response(MessageSerializer(selectors.shown(message), context=self.get_serializer_context()).data)
