from functools import cached_property
from typing import Any, cast
from uuid import UUID

from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import Invalid, NotFound
from apps.core.openapi import describe, query
from apps.core.rest import NewestFirst, TenantViewSet
from apps.vault.errors import ProviderAway
from apps.whatsapp.api.examples import templates as examples
from apps.whatsapp.api.filters import AnyTemplateFilter, TemplateFilter
from apps.whatsapp.api.serializers.templates import (
    CheckedSerializer,
    CheckSerializer,
    LibraryAskedSerializer,
    LibrarySerializer,
    LivePageSerializer,
    LiveTemplateSerializer,
    NewTemplateSerializer,
    SyncedSerializer,
    TemplateChangesSerializer,
    TemplateSerializer,
    VersionSerializer,
)
from apps.whatsapp.errors import (
    NumberWithoutTemplates,
    SyncRunning,
    SystemTemplate,
    TemplateExists,
    TemplateNotEditable,
    TemplateNotInState,
    TemplateNotValid,
    TemplateRefused,
    WhatsAppUnreachable,
)
from apps.whatsapp.models import Number, Template, TemplateVersion
from apps.whatsapp.payloads.templates import template_info
from apps.whatsapp.permissions import MANAGE_TEMPLATES, VIEW_TEMPLATES
from apps.whatsapp.querysets import TemplateQuerySet
from apps.whatsapp.services import template_library, template_sync, templates
from apps.whatsapp.services.template_desk import waba_of
from apps.whatsapp.template_rules import check_send, check_template, parameters_of, render

# A list that Meta pages itself: drf-spectacular takes the answer for a list of pages otherwise.
ONE_PAGE: Any = forced_singular_serializer(LivePageSerializer)  # type: ignore[no-untyped-call]
ASKING = (NumberWithoutTemplates, TemplateRefused, WhatsAppUnreachable, ProviderAway)
WORDS = {"true": True, "1": True, "false": False, "0": False, "": False}
NUMBER = OpenApiParameter("number_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="A number's id.")
ONE = [
    NUMBER,
    OpenApiParameter("template_id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="A template's id."),
]


class LatestVersionFirst(NewestFirst):
    ordering = "-version"


@extend_schema_view(
    list=describe(
        "Templates", "List templates at WhatsApp",
        "What Meta lists now for the number's account; nothing is stored.",
        answers={200: ONE_PAGE}, shows=examples.LIVE,
        refuses=(NotFound, Invalid, *ASKING),
        filters=[
            NUMBER, query("status", "APPROVED, PENDING, REJECTED …"), query("after", "The page before's `after`."),
        ],
    ),
    create=describe(
        "Templates", "Write a template",
        "Stores a template and submits it to Meta for review. What Meta refuses stays a draft whose `status_detail` "
        "says why, and can be submitted again. A header's sample is a file uploaded to `/media/`.",
        takes=NewTemplateSerializer, sends=examples.NEW_TEMPLATE,
        answers={201: TemplateSerializer}, shows=examples.TEMPLATE,
        refuses=(NotFound, TemplateNotValid, TemplateExists, NumberWithoutTemplates, ProviderAway),
        writes=True, filters=[NUMBER],
    ),
    local=describe(
        "Templates", "List a number's templates", "The stored templates of the number's account, newest first.",
        answers={200: TemplateSerializer(many=True)}, shows=examples.TEMPLATE,
        refuses=(NotFound, NumberWithoutTemplates), filters=[NUMBER],
    ),
    retrieve=describe(
        "Templates", "Show a template of a number", "One template, as far as it is known; `sync` asks Meta anew.",
        answers={200: TemplateSerializer}, shows=examples.APPROVED, refuses=(NotFound, NumberWithoutTemplates),
        filters=ONE,
    ),
    update=describe(
        "Templates", "Edit a template",
        "As PATCH: what isn't named stays.",
        takes=TemplateChangesSerializer, sends=examples.CHANGES,
        answers={200: TemplateSerializer}, shows=examples.SWITCHED_OFF,
        refuses=(NotFound, TemplateNotValid, TemplateNotEditable, *ASKING), writes=True, filters=ONE,
    ),
    partial_update=describe(
        "Templates", "Change a template",
        "Switches it on or off for everybody here, or changes what it says. Meta lets nobody edit a template in "
        "review, nor the category of an approved one, and an approved one once a day and 10 times in 30 days; "
        "afterwards it is reviewed again.",
        takes=TemplateChangesSerializer, sends=examples.CHANGES,
        answers={200: TemplateSerializer}, shows=examples.SWITCHED_OFF,
        refuses=(NotFound, TemplateNotValid, TemplateNotEditable, *ASKING), writes=True, filters=ONE,
    ),
    destroy=describe(
        "Templates", "Delete a template",
        "Deletes it here and, with `delete_from_meta`, at Meta, where an approved one's name is then locked for 30 "
        "days. `all_languages` takes the others of its name along.",
        answers={204: None}, refuses=(NotFound, Invalid, SystemTemplate, *ASKING), writes=True,
        filters=[
            *ONE, query("delete_from_meta", "true: at Meta as well.", OpenApiTypes.BOOL),
            query("all_languages", "true: all templates of this name.", OpenApiTypes.BOOL),
        ],
    ),
    sync=describe(
        "Templates", "Synchronize templates",
        "Takes over all templates of the number's account from Meta: new ones, states, contents, deleted ones.",
        answers={200: SyncedSerializer}, shows=examples.SYNCED, refuses=(NotFound, SyncRunning, *ASKING),
        writes=True, filters=[NUMBER],
    ),
    check=describe(
        "Templates", "Check a template",
        "What Meta would refuse of a template that is being written, what a send of it would fill in, and how the "
        "phone shows it; nothing is stored.",
        takes=CheckSerializer, sends=examples.CHECK, answers={200: CheckedSerializer}, shows=examples.CHECKED,
        refuses=(NotFound,), writes=True, filters=[NUMBER],
    ),
    submit=describe(
        "Templates", "Submit a template",
        "Hands a draft over to Meta for review. Refused, it stays a draft whose `status_detail` says why.",
        answers={200: TemplateSerializer}, shows=examples.TEMPLATE,
        refuses=(NotFound, TemplateNotValid, TemplateNotInState, NumberWithoutTemplates, ProviderAway),
        writes=True, filters=ONE,
    ),
    unpause=describe(
        "Templates", "Unpause a template", "Lets a template go on that Meta has paused.",
        answers={200: TemplateSerializer}, shows=examples.APPROVED,
        refuses=(NotFound, TemplateNotInState, *ASKING), writes=True, filters=ONE,
    ),
    versions=describe(
        "Templates", "List a template's versions", "What it said, each time that it was written; newest first.",
        answers={200: VersionSerializer(many=True)}, shows=examples.VERSION,
        refuses=(NotFound, NumberWithoutTemplates), filters=ONE,
    ),
)  # fmt: skip
class NumberTemplateViewSet(TenantViewSet[Template]):
    """`/numbers/{number_id}/templates/`: those of the number's account."""

    queryset = Template.objects.all()
    serializer_class = TemplateSerializer
    lookup_url_kwarg = "template_id"
    permissions = {
        "list": VIEW_TEMPLATES, "local": VIEW_TEMPLATES, "retrieve": VIEW_TEMPLATES, "versions": VIEW_TEMPLATES,
        "*": MANAGE_TEMPLATES,
    }  # fmt: skip

    @cached_property
    def number(self) -> Number:
        numbers = Number.objects.for_organization(self.organization_id).present()
        number = numbers.filter(pk=_uuid(self.kwargs["number_id"])).first()
        if number is None:
            raise NotFound
        return number

    @property
    def pagination_class(self) -> Any:  # type: ignore[override]  # Meta pages its list itself
        return {"list": None, "versions": LatestVersionFirst}.get(self.action, NewestFirst)

    @property
    def filterset_class(self) -> Any:
        return TemplateFilter if self.action == "local" else None

    def get_queryset(self) -> TemplateQuerySet:
        rows = cast(TemplateQuerySet, super().get_queryset()).present()
        return rows if getattr(self, "swagger_fake_view", False) else rows.filter(waba_id=waba_of(self.number))

    def list(self, request: Request, **_: str) -> Response:
        asked = request.query_params
        page = template_sync.live_templates(
            number=self.number, status=asked.get("status", "")[:40].upper(), after=asked.get("after", "")[:1000]
        )
        told = [told for row in page.rows if (told := template_info(row)) is not None]
        return Response({"results": LiveTemplateSerializer(told, many=True).data, "after": page.after})

    def create(self, _request: Request, **_: str) -> Response:
        wanted = self.validated(NewTemplateSerializer)
        return self._answer(templates.create_template(number=self.number, **wanted), 201)

    @action(detail=False, methods=["get"])
    def local(self, _request: Request, **_: str) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(TemplateSerializer(page, many=True).data)

    def retrieve(self, _request: Request, **_: str) -> Response:
        return self._answer(self._template())

    def update(self, request: Request, **_: str) -> Response:
        return self.partial_update(request)

    def partial_update(self, _request: Request, **_: str) -> Response:
        changes = self.validated(TemplateChangesSerializer)
        return self._answer(templates.change_template(number=self.number, template=self._template(), **changes))

    def destroy(self, request: Request, **_: str) -> Response:
        asked = {name: _flag(request, name) for name in ("delete_from_meta", "all_languages")}
        templates.delete_template(number=self.number, template=self._template(), **asked)
        return Response(status=204)

    @action(detail=False, methods=["post"])
    def sync(self, _request: Request, **_: str) -> Response:
        return Response(SyncedSerializer(template_sync.sync_templates(number=self.number)).data)

    @action(detail=False, methods=["post"])
    def check(self, _request: Request, **_: str) -> Response:
        assert self.number
        wanted = self.validated(CheckSerializer)
        return Response(_checked(wanted.pop("send_components", None), wanted))

    @action(detail=True, methods=["post"])
    def submit(self, _request: Request, **_: str) -> Response:
        return self._answer(templates.submit_template(number=self.number, template=self._template()))

    @action(detail=True, methods=["post"])
    def unpause(self, _request: Request, **_: str) -> Response:
        return self._answer(templates.unpause_template(number=self.number, template=self._template()))

    @action(detail=True, methods=["get"])
    def versions(self, _request: Request, **_: str) -> Response:
        rows: Any = TemplateVersion.objects.for_organization(self.organization_id).filter(template=self._template())
        page: Any = self.paginate_queryset(rows)
        return self.get_paginated_response(VersionSerializer(page, many=True).data)

    def _template(self) -> Template:
        self.kwargs["template_id"] = str(_uuid(self.kwargs["template_id"]))
        return self.get_object()

    def _answer(self, template: Template, status: int = 200) -> Response:
        return Response(TemplateSerializer(template).data, status)


@extend_schema_view(
    list=describe(
        "Templates", "List all templates", "The organization's templates, whichever account they belong to.",
        answers={200: TemplateSerializer(many=True)}, shows=examples.TEMPLATE,
    ),
    retrieve=describe(
        "Templates", "Show a template", "One template, as far as it is known.",
        answers={200: TemplateSerializer}, shows=examples.TEMPLATE, refuses=(NotFound,),
    ),
)  # fmt: skip
class TemplateViewSet(ListModelMixin, RetrieveModelMixin, TenantViewSet[Template]):
    queryset = Template.objects.all()
    serializer_class = TemplateSerializer
    filterset_class = AnyTemplateFilter
    permissions = {"*": VIEW_TEMPLATES}

    def get_queryset(self) -> TemplateQuerySet:
        return cast(TemplateQuerySet, super().get_queryset()).present()


@extend_schema_view(
    list=describe(
        "Templates", "List ready templates",
        "Ready texts for a beginning, to be changed at will and then submitted; Meta reviews them as any other.",
        answers={200: LibrarySerializer(many=True)}, shows=examples.LIBRARY,
        filters=[
            query("language", "`pt_BR` or `en`."), query("category", "MARKETING, UTILITY or AUTHENTICATION."),
            query("topic", "orders, appointments, payments, customers, marketing, security."),
            query("words", "Words in a title, a name or a text."),
        ],
    ),
)  # fmt: skip
class TemplateLibraryViewSet(TenantViewSet[Template]):
    queryset = Template.objects.all()
    serializer_class = LibrarySerializer
    pagination_class = None  # type: ignore[assignment]  # as DRF has it
    permissions = {"*": VIEW_TEMPLATES}

    def list(self, request: Request) -> Response:
        asked = LibraryAskedSerializer(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found = template_library.ready_templates(**asked.validated_data)
        return Response(LibrarySerializer(found, many=True).data)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _flag(request: Request, name: str) -> bool:
    word = request.query_params.get(name, "").lower()
    if word not in WORDS:
        raise Invalid("This is neither true nor false.", field=name)
    return WORDS[word]


def _checked(send_components: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    components, form = wanted["components"], wanted["parameter_format"]
    send_findings = [] if send_components is None else check_send(components, form, send_components)
    answer = {
        "findings": check_template(**wanted),
        "send_findings": send_findings,
        "parameters": parameters_of(components),
        "preview": render(components, send_components or (), language=wanted["language"]),
    }
    return dict(CheckedSerializer(answer).data)
