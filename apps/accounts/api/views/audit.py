from typing import Any, cast

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api.examples import audit as examples
from apps.accounts.api.filters import AuditFilter
from apps.accounts.api.serializers.audit import AuditEntrySerializer, ChainSerializer
from apps.accounts.models import AuditEntry
from apps.accounts.permissions import VIEW_AUDIT
from apps.accounts.querysets import AuditEntryQuerySet
from apps.accounts.services import audit_chain, audit_pages
from apps.core.errors import Invalid, NotFound
from apps.core.openapi import describe, query
from apps.core.rest import TenantViewSet

VERIFIED_AT_ONCE = 20_000
FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
TAG = "Audit log"
FILTERS = [
    query("action", "What happened, as `members.role_changed`."),
    query("actor_id", "Who did it: a person's id, or an API key's.", OpenApiTypes.UUID),
    query("target_kind", "What it happened to, as `membership`."),
    query("target_id", "To which of them."),
    query("subject_id", "The person whom it is about.", OpenApiTypes.UUID),
    query("from", "Not before this time.", OpenApiTypes.DATETIME),
    query("to", "Before this time.", OpenApiTypes.DATETIME),
]


@extend_schema_view(
    list=describe(
        TAG, "List what was done", "Who did what, from where, the newest first. Entries are never changed or deleted.",
        answers={200: AuditEntrySerializer(many=True)}, shows=examples.ENTRY,
    ),
    retrieve=describe(
        TAG, "Show an entry", "One entry, with its place in the chain.",
        answers={200: AuditEntrySerializer}, shows=examples.ENTRY, refuses=(NotFound,),
    ),
    verify=describe(
        TAG, "Verify the chain",
        f"Walks along the chain and says where it breaks, if it does. {VERIFIED_AT_ONCE} entries at most; where the "
        "answer is not complete, ask again with `checked_to` as `after`.",
        answers={200: ChainSerializer}, shows=examples.CHAIN,
        filters=[query("after", "The number after which the walk begins.", OpenApiTypes.INT)],
    ),
    export=describe(
        TAG, "Export the audit log",
        "All entries that the filters leave, the eldest first. The export is an entry, too.",
        answers={(200, "text/csv"): OpenApiTypes.STR, (200, "application/x-ndjson"): OpenApiTypes.STR},
        shows=examples.EXPORT,
        filters=[query("file_format", "`csv`, or `jsonl`: one JSON object a line.", enum=["csv", "jsonl"]), *FILTERS],
    ),
)  # fmt: skip
class AuditLogViewSet(TenantViewSet[AuditEntry]):
    queryset = AuditEntry.objects.all()
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilter
    permissions = {"*": VIEW_AUDIT}

    def list(self, _request: Request) -> Response:
        page = cast(list[AuditEntry], self.paginate_queryset(self.filter_queryset(self.get_queryset())))
        return self.get_paginated_response(AuditEntrySerializer(audit_pages.read(page), many=True).data)

    def retrieve(self, _request: Request, pk: str) -> Response:
        return Response(AuditEntrySerializer(audit_pages.read([self.get_object()])[0]).data)

    @action(detail=False, filterset_class=None, pagination_class=None)
    def verify(self, request: Request) -> Response:
        after = request.query_params.get("after") or "0"
        if not after.isascii() or not after.isdigit() or len(after) > 18:
            raise Invalid("This is no number of an entry.", field="after")
        verdict = audit_chain.verify_chain(self.organization_id, after=int(after), limit=VERIFIED_AT_ONCE)
        return Response(ChainSerializer(verdict).data)

    @action(detail=False, pagination_class=None)
    def export(self, request: Request) -> Any:
        file_format = request.query_params.get("file_format") or "csv"
        if file_format not in FORMATS:
            raise Invalid("This is no format: it is csv or jsonl.", field="file_format")
        rows = audit_pages.export(
            organization_id=self.organization_id,
            entries=cast(AuditEntryQuerySet, self.filter_queryset(self.get_queryset())),
            file_format=file_format,
            filters={name: value for name, value in request.query_params.items() if name in AuditFilter.base_filters},
        )
        disposition = f'attachment; filename="audit-log.{file_format}"'
        return StreamingHttpResponse(
            rows, content_type=FORMATS[file_format], headers={"Content-Disposition": disposition}
        )
