from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

from apps.core import health, problems
from pytake import pages
from pytake.api import router

handler404 = "apps.core.problems.page_not_found"
handler500 = "apps.core.problems.server_error"

urlpatterns = [
    path("", pages.home),
    path("favicon.ico", pages.favicon),
    re_path(r"^app/.*$", pages.web_app, name="web_app"),
    path("mail/", pages.mail_outbox, name="mail_outbox"),
    path("media/<uuid:media_id>/", pages.media, name="media"),
    path("pictures/<path:name>", pages.picture, name="picture"),
    path("admin/", admin.site.urls),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(), name="docs"),
    path("api/redoc/redoc.js", pages.redoc_script, name="redoc_script"),
    path("api/redoc/", SpectacularRedocView.as_view(), name="redoc"),
    path("api/v1/", include(router.urls)),
    path("api/v1/<path:rest>", problems.no_such_route),
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("", include("django_prometheus.urls")),
]
