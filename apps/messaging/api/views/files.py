"""Files of conversations: uploaded to be sent, and looked at by whoever may see where they stand."""

from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import extend_schema_view
from rest_framework.mixins import RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import NotFound
from apps.core.openapi import describe
from apps.core.rest import TenantViewSet
from apps.messaging.api.examples import files as examples
from apps.messaging.api.serializers.files import MediaSerializer, UploadSerializer
from apps.messaging.permissions import ANSWER_CONVERSATIONS, VIEW_CONVERSATIONS
from apps.messaging.selectors import visible_files
from apps.whatsapp.errors import FileTooLarge, LimitExceeded, MediaNotAccepted
from apps.whatsapp.models import Media
from apps.whatsapp.services import media

FORM_OVERHEAD = 64 * 1024


@extend_schema_view(
    create=describe(
        "Media", "Upload a file",
        "Keeps a file to be sent with a message. Its type is found by looking at its bytes; a voice note recorded by "
        "a browser becomes the Ogg that WhatsApp plays. Until it is sent, only its uploader sees it.",
        takes={"multipart/form-data": UploadSerializer}, sends=examples.UPLOAD,
        answers={201: MediaSerializer}, shows=examples.MEDIA,
        refuses=(LimitExceeded, MediaNotAccepted, FileTooLarge), writes=True,
    ),
    retrieve=describe(
        "Media", "Show a file",
        "A file's state, and a fresh link to it once it is here: one that you uploaded, or that stands in a "
        "conversation which you may see.",
        answers={200: MediaSerializer}, shows=examples.MEDIA, refuses=(NotFound,),
    ),
)  # fmt: skip
class MediaViewSet(RetrieveModelMixin, TenantViewSet[Media]):
    queryset = Media.objects.all()
    serializer_class = MediaSerializer
    parser_classes = [MultiPartParser]
    rate_scopes = {"create": "send_media"}
    permissions = {"create": ANSWER_CONVERSATIONS, "*": VIEW_CONVERSATIONS}

    def get_queryset(self) -> Any:
        return visible_files(self.access) if self.access else super().get_queryset()  # the schema's generator asks, too

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        _refuse_endless(request._request)
        super().initial(request, *args, **kwargs)

    def create(self, _request: Request) -> Response:
        wanted = self.validated(UploadSerializer)
        file = wanted["file"]
        kept = media.store_upload(
            organization_id=self.organization_id, file=file, filename=file.name or "", kind=wanted.get("type"),
            by=self.access.user,
        )  # fmt: skip
        return Response(MediaSerializer(kept).data, 201)


def _refuse_endless(request: HttpRequest) -> None:
    """By what the request says of itself, before its body is read and written to a disk."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > media.LARGEST_FILE + FORM_OVERHEAD:
        raise FileTooLarge
