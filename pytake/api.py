"""The API's one router."""

from rest_framework.routers import DefaultRouter

from apps.accounts.api.views.members import MemberViewSet
from apps.accounts.api.views.sign_in import AuthViewSet
from apps.contacts.api.views import ContactViewSet, TagViewSet
from apps.messaging.api.views import ContactStatsViewSet, ConversationViewSet, MessageViewSet, RealtimeViewSet
from apps.whatsapp.api.views import MediaViewSet, NumberViewSet, WebhookEventViewSet

router = DefaultRouter()
router.register("auth", AuthViewSet, basename="auth")
router.register("members", MemberViewSet, basename="member")
router.register("contacts", ContactViewSet)
router.register("tags", TagViewSet)
router.register("conversations", ConversationViewSet)
router.register("messages", MessageViewSet)
router.register("contacts", ContactStatsViewSet, basename="contact-stats")
router.register("realtime", RealtimeViewSet, basename="realtime")
router.register("numbers", NumberViewSet, basename="number")
router.register("webhook-events", WebhookEventViewSet, basename="webhook_event")
router.register("media", MediaViewSet, basename="media")
