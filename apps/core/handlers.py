"""Every answer carries its request's id: the one in the logs and in a problem's `trace_id`."""

from typing import Any

from django.dispatch import receiver
from django.http import HttpResponse
from django_structlog.signals import bind_extra_request_finished_metadata, update_failure_response

from apps.core.problems import trace_id


@receiver([bind_extra_request_finished_metadata, update_failure_response])
def name_the_request(response: HttpResponse, **_: Any) -> None:
    response["X-Request-ID"] = trace_id()
