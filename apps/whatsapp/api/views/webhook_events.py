from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet
from apps.whatsapp.api.examples import webhook_events as examples
from apps.whatsapp.api.filters import WebhookEventFilter
from apps.whatsapp.api.serializers.webhook_events import ReplayedSerializer, WebhookEventSerializer
from apps.whatsapp.models import Change
from apps.whatsapp.permissions import REDRIVE_WEBHOOK_EVENTS, VIEW_WEBHOOK_EVENTS
from apps.whatsapp.services import inbound


@extend_schema_view(
    list=describe(
        "Webhook events", "List webhook events",
        "What Meta's webhooks delivered for this organization, one entry a message, status or other change; newest "
        "first. `dead` ones wait for a person.",
        answers={200: WebhookEventSerializer(many=True)}, shows=examples.WEBHOOK_EVENT,
    ),
    retrieve=describe(
        "Webhook events", "Show a webhook event", "One entry as it came, and how far it got.",
        answers={200: WebhookEventSerializer}, shows=examples.WEBHOOK_EVENT, refuses=(NotFound,),
    ),
    redrive=describe(
        "Webhook events", "Process a webhook event again",
        "Processes it at once, with all its attempts. One that is done stays done.",
        answers={200: WebhookEventSerializer}, shows=examples.WAITING_WEBHOOK_EVENT, refuses=(NotFound,), writes=True,
    ),
    replay=describe(
        "Webhook events", "Process all dead webhook events again", "Processes every dead one of the organization.",
        answers={200: ReplayedSerializer}, shows=examples.REPLAYED, writes=True,
    ),
)  # fmt: skip
class WebhookEventViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Change]):
    queryset = Change.objects.all()
    serializer_class = WebhookEventSerializer
    filterset_class = WebhookEventFilter
    permissions = {
        "redrive": REDRIVE_WEBHOOK_EVENTS, "replay": REDRIVE_WEBHOOK_EVENTS, "*": VIEW_WEBHOOK_EVENTS,
    }  # fmt: skip

    @action(detail=True, methods=["post"])
    def redrive(self, _request: Request, pk: str) -> Response:
        change = self.get_object()
        inbound.redrive(organization_id=self.organization_id, change_ids=[change.pk])
        return Response(WebhookEventSerializer(self.get_object()).data)

    @action(detail=False, methods=["post"])
    def replay(self, _request: Request) -> Response:
        redriven = inbound.redrive(organization_id=self.organization_id, change_ids=None)
        return Response({"redriven": redriven})
