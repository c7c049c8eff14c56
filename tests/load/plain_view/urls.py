from django.urls import path

from tests.load.plain_view import views

urlpatterns = [path("sync/", views.webhook), path("async/", views.async_webhook)]
