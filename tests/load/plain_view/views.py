import hashlib
import hmac
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tests.load.plain_view.models import Webhook


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    if refusal := _refusal(request):
        return refusal
    Webhook.objects.create(body=request.body)
    return HttpResponse("ok", content_type="text/plain")


@csrf_exempt
@require_POST
async def async_webhook(request: HttpRequest) -> HttpResponse:
    if refusal := _refusal(request):
        return refusal
    await Webhook.objects.acreate(body=request.body)
    return HttpResponse("ok", content_type="text/plain")


def _refusal(request: HttpRequest) -> HttpResponse | None:
    signature = hmac.new(settings.APP_SECRET.encode(), request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={signature}", request.headers.get("X-Hub-Signature-256", "")):
        return HttpResponse("wrong signature", status=403)
    try:
        json.loads(request.body)
    except ValueError:
        return HttpResponse("not JSON", status=400)
    return None
