"""The API's one router."""

from rest_framework.routers import DefaultRouter

from apps.accounts.api.views import AuthViewSet, MemberViewSet

router = DefaultRouter()
router.register("auth", AuthViewSet, basename="auth")
router.register("members", MemberViewSet, basename="member")
