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
from apps.messaging.api.serializers.files import (
    MediaSerializer,
    ResumableUploadSerializer,
    UploadBeginningSerializer,
    UploadPartSerializer,
    UploadSerializer,
)
from apps.messaging.permissions import ANSWER_CONVERSATIONS, VIEW_CONVERSATIONS
from apps.messaging.selectors import visible_files
from apps.whatsapp.errors import (
    FileTooLarge,
    Infected,
    LimitExceeded,
    MediaNotAccepted,
    NotScanned,
    OffsetDiffers,
    PartTooLarge,
    TooManyUploads,
    UploadFull,
)
from apps.whatsapp.models import Media, Upload
from apps.whatsapp.services import media, uploads

FORM_OVERHEAD = 64 * 1024


@extend_schema_view(
    create=describe(
        "Media", "Upload a file",
        "Keeps a file to be sent with a message. Its type is found by looking at its bytes; a voice note recorded by "
        "a browser becomes the Ogg that WhatsApp plays. Until it is sent, only its uploader sees it.",
        takes={"multipart/form-data": UploadSerializer}, sends=examples.UPLOAD,
        answers={201: MediaSerializer}, shows=examples.MEDIA,
        refuses=(LimitExceeded, MediaNotAccepted, FileTooLarge, Infected, NotScanned), writes=True,
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
        _refuse_endless(request._request, media.LARGEST_FILE)
        super().initial(request, *args, **kwargs)

    def create(self, _request: Request) -> Response:
        wanted = self.validated(UploadSerializer)
        file = wanted["file"]
        kept = media.store_upload(
            organization_id=self.organization_id, file=file, filename=file.name or "", kind=wanted.get("type"),
            voice=wanted["voice"], by=self.access.user,
        )  # fmt: skip
        return Response(MediaSerializer(kept).data, 201)


@extend_schema_view(
    create=describe(
        "Media", "Begin a resumable upload",
        "For large files and bad lines: the file follows in parts, of which each may be sent again. It has a day; "
        "10 may be unfinished at once.",
        takes=UploadBeginningSerializer, sends=examples.BEGINNING,
        answers={201: ResumableUploadSerializer}, shows=examples.RESUMABLE,
        refuses=(LimitExceeded, FileTooLarge, TooManyUploads), writes=True,
    ),
    retrieve=describe(
        "Media", "Show a resumable upload", "How much of it is here: go on from there. Only whoever began it sees it.",
        answers={200: ResumableUploadSerializer}, shows=examples.RESUMABLE, refuses=(NotFound,),
    ),
    partial_update=describe(
        "Media", "Send a part",
        "The next bytes of the file. With the last part the file is looked at, and refused or kept, as one that is "
        "sent whole; it stands in `media` then.",
        takes={"multipart/form-data": UploadPartSerializer}, sends=examples.PART,
        answers={200: ResumableUploadSerializer}, shows=examples.RESUMABLE,
        refuses=(
            NotFound, OffsetDiffers, UploadFull, PartTooLarge, LimitExceeded, MediaNotAccepted, Infected, NotScanned,
        ),
        writes=True,
    ),
    destroy=describe(
        "Media", "Cancel a resumable upload", "What was sent so far is deleted; a file that is whole stays.",
        answers={204: None}, refuses=(NotFound,), writes=True,
    ),
)  # fmt: skip
class ResumableUploadViewSet(RetrieveModelMixin, TenantViewSet[Upload]):
    queryset = Upload.objects.all()
    serializer_class = ResumableUploadSerializer
    lookup_url_kwarg = "upload_id"
    rate_scopes = {"create": "send_media"}
    permissions = {"*": ANSWER_CONVERSATIONS}

    def get_parsers(self) -> Any:
        return [MultiPartParser()] if self.request and self.request.method == "PATCH" else super().get_parsers()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        _refuse_endless(request._request, uploads.LARGEST_PART)
        super().initial(request, *args, **kwargs)

    def create(self, _request: Request) -> Response:
        wanted = self.validated(UploadBeginningSerializer)
        begun = uploads.begin(
            organization_id=self.organization_id, by=self.access.user, kind=wanted.pop("type", None), **wanted
        )
        return Response(ResumableUploadSerializer(begun).data, 201)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return uploads.open_of(rows, self.access.user).select_related("media") if self.access else rows

    def partial_update(self, _request: Request, upload_id: str) -> Response:
        upload = self.get_object()
        sent = self.validated(UploadPartSerializer)
        upload = uploads.take_part(upload=upload, offset=sent["offset"], part=sent["file"])
        return Response(ResumableUploadSerializer(upload).data)

    def destroy(self, _request: Request, upload_id: str) -> Response:
        uploads.cancel(upload=self.get_object())
        return Response(status=204)


def _refuse_endless(request: HttpRequest, largest: int) -> None:
    """By what the request says of itself, before its body is read and written to a disk."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > largest + FORM_OVERHEAD:
        raise FileTooLarge
