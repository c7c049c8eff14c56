"""The support staff's desk for WhatsApp. Secrets can be set here and are never shown."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.admin import SupportAdmin
from apps.core.desk import FOUND, Figure, Found, count_up_to, finder, gauge, section
from apps.core.errors import DomainError
from apps.core.wake import wake
from apps.whatsapp.models import Change, InboundEvent, Media, MetaApp, Number, Template, TemplateVersion, Upload
from apps.whatsapp.services import fetching, inbound, meta_apps, numbers, tokens
from apps.whatsapp.services.media import signed_url

SHOWN_CHARACTERS = 200_000


class SecretField(forms.CharField):
    """Something to set and never to see."""

    def __init__(self, label: str, help_text: str = "Leave empty to keep what is stored.") -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"}),
        )


class MetaAppForm(forms.ModelForm[MetaApp]):
    graph_url = forms.URLField(
        required=False, assume_scheme="https", help_text="Only for a simulator; empty means Meta's own."
    )
    new_secret = SecretField("App secret", "A new one is live beside the one before; leave empty to keep.")
    new_verify_token = SecretField("Verify token")

    class Meta:
        model = MetaApp
        fields = ["organization", "name", "app_id", "graph_url"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "organization" in self.fields:
            self.fields["organization"].required = False  # without one it is the installation's

    def clean_new_secret(self) -> str:
        secret: str = self.cleaned_data["new_secret"]
        if self.instance._state.adding and not secret:
            raise forms.ValidationError("An app needs its secret: without it no webhook can be checked.")
        organization = self.cleaned_data.get("organization")
        try:
            tokens.opened(organization.pk if organization else self.instance.organization_id, secret)
        except DomainError as refusal:
            raise forms.ValidationError(refusal.detail) from refusal
        return secret


class NumberForm(forms.ModelForm[Number]):
    new_access_token = SecretField("Access token", "Stored once it has read the number; leave empty to keep.")

    class Meta:
        model = Number
        fields = ["display_phone_number", "verified_name", "messages_per_second", "is_active"]


@admin.register(MetaApp)
class MetaAppAdmin(SupportAdmin[MetaApp]):
    form = MetaAppForm
    list_display = ["__str__", "organization", "app_id", "live_secrets", "created_at"]
    list_filter = ["organization"]
    list_select_related = ["organization"]
    search_fields = ["name", "app_id", "=key"]
    readonly_fields = ["webhook_address", "live_secrets", "created_at"]
    fields = [
        "organization", "name", "app_id", "graph_url", "new_secret", "new_verify_token", "webhook_address",
        "live_secrets", "created_at",
    ]  # fmt: skip
    actions = ["retire_secret"]

    @admin.display(description="Webhook address")
    def webhook_address(self, app: MetaApp) -> str:
        """Its last part is as good as a password. Whoever runs the installation sets its own app up at Meta."""
        return app.webhook_url if app.organization_id is None else app.webhook_url.replace(app.key, "…")

    @admin.display(description="Live secrets")
    def live_secrets(self, app: MetaApp) -> int:
        return len(app.secrets)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: MetaApp | None = None) -> bool:
        return _is_superuser(request)

    def get_readonly_fields(self, request: HttpRequest, obj: MetaApp | None = None) -> list[str]:
        # An app that changed hands would take its numbers' webhooks along.
        return [*self.readonly_fields, *(["organization"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: MetaApp, form: Any, change: bool) -> None:
        if not change:
            obj.save(force_insert=True)
        names = ["name", "app_id", "graph_url"]
        meta_apps.change_app(
            app=obj,
            secret=form.cleaned_data["new_secret"],
            verify_token=form.cleaned_data["new_verify_token"],
            **{name: form.cleaned_data[name] for name in names},
        )

    @admin.action(description="End a change of secrets: only the newer one stays live", permissions=["change"])
    def retire_secret(self, request: HttpRequest, apps: QuerySet[MetaApp]) -> None:
        for app in apps:
            meta_apps.retire_secret(app=app)
        self.message_user(request, "Only the newer secrets are live now.")


@admin.register(Number)
class NumberAdmin(SupportAdmin[Number]):
    form = NumberForm
    list_display = [
        "display_phone_number", "organization", "verified_name", "status", "status_detail", "quality_rating",
        "messages_per_second", "deleted_at",
    ]  # fmt: skip
    list_filter = ["status", "is_active", "quality_rating", "organization", ("deleted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["organization"]
    search_fields = ["display_phone_number", "verified_name", "phone_number_id", "waba_id", "organization__name"]
    readonly_fields = [
        "organization", "app", "phone_number_id", "waba_id", "status", "status_detail", "quality_rating", "created_at",
        "updated_at", "deleted_at",
    ]  # fmt: skip
    actions = ["test", "hold", "release", "disconnect"]

    def has_change_permission(self, request: HttpRequest, obj: Number | None = None) -> bool:
        return _is_superuser(request) and (obj is None or obj.deleted_at is None)

    def response_change(self, request: HttpRequest, obj: Number) -> HttpResponse:
        return redirect(request.path) if getattr(obj, "refused", False) else super().response_change(request, obj)

    def save_model(self, request: HttpRequest, obj: Number, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data if name in NumberForm.Meta.fields}
        token = form.cleaned_data["new_access_token"] or None
        before = Number.objects.in_scope().get(pk=obj.pk)
        work = partial(numbers.change_number, number=before, access_token=token, **changes)
        obj.refused = _try(self, request, work) is None  # type: ignore[attr-defined]  # for this request

    @admin.action(description="Ask WhatsApp how these numbers stand", permissions=["change"])
    def test(self, request: HttpRequest, rows: QuerySet[Number]) -> None:
        for number in rows.filter(deleted_at=None):
            tested = _try(self, request, partial(numbers.test_number, number=number))
            if tested:
                self.message_user(request, f"{tested}: {tested.status} {tested.status_detail}")

    @admin.action(description="Hold these numbers: send nothing for now", permissions=["change"])
    def hold(self, request: HttpRequest, rows: QuerySet[Number]) -> None:
        held = numbers.hold_number(number_ids=_ids(rows), reason="Held by the support staff.")
        self.message_user(request, f"{held} held.")

    @admin.action(description="Release these numbers", permissions=["change"])
    def release(self, request: HttpRequest, rows: QuerySet[Number]) -> None:
        self.message_user(request, f"{numbers.release_number(number_ids=_ids(rows))} released.")

    @admin.action(description="Disconnect these numbers", permissions=["change"])
    def disconnect(self, _request: HttpRequest, rows: QuerySet[Number]) -> None:
        for number in rows.filter(deleted_at=None):
            numbers.disconnect_number(number=number)


@admin.register(InboundEvent)
class InboundEventAdmin(SupportAdmin[InboundEvent]):
    """What Meta posted, as it came."""

    list_display = ["received_at", "app", "state", "size", "error"]
    list_filter = ["state", "received_at", "app"]
    list_select_related = ["app"]
    search_fields = ["=id", "error", "app__name", "=app__key"]
    ordering = ["-id"]
    show_full_result_count = False
    fields = ["id", "app", "received_at", "state", "error", "size", "changes", "content"]
    actions = ["split_again", "redrive"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundEvent]:
        events = super().get_queryset(request).annotate(bytes_long=Length("body"))
        opened = request.resolver_match is not None and "object_id" in request.resolver_match.kwargs
        return events if opened else events.defer("body")

    @admin.display(ordering="bytes_long", description="Bytes")
    def size(self, event: Any) -> int:
        return int(event.bytes_long)

    @admin.display(description="Changes")
    def changes(self, event: InboundEvent) -> SafeString:
        count = Change.objects.in_scope().filter(event=event).count()
        where = f"{reverse('admin:whatsapp_change_changelist')}?event__id__exact={event.pk}"
        return format_html('<a href="{}">{}</a>', where, count)

    @admin.display(description="Body")
    def content(self, event: InboundEvent) -> SafeString:
        return _pre(_pretty(bytes(event.body)))

    @admin.action(description="Split again the ones that couldn't be understood")
    def split_again(self, request: HttpRequest, events: QuerySet[InboundEvent]) -> None:
        self.message_user(request, f"{inbound.split_again(_ids(events))} to be split again.")

    @admin.action(description="Process again what these events brought and is not done")
    def redrive(self, request: HttpRequest, events: QuerySet[InboundEvent]) -> None:
        self.message_user(request, _redrive(Change.objects.in_scope().filter(event__in=_ids(events))))


@admin.register(Change)
class ChangeAdmin(SupportAdmin[Change]):
    """Messages, statuses and other changes that webhooks brought, and how far they got."""

    list_display = [
        "received_at", "organization", "number", "field", "kind", "state", "attempts", "provider_id", "error",
    ]  # fmt: skip
    list_filter = ["state", "field", "kind", "handlers_parked", "organization"]
    list_select_related = ["organization", "number"]
    search_fields = ["provider_id", "lane", "error", "=id"]
    search_help_text = "A message's id at WhatsApp, a number or a phone, words of an error."
    ordering = ["-id"]
    show_full_result_count = False
    fields = [
        "id", "event", "organization", "number", "field", "kind", "lane", "provider_id", "state", "attempts",
        "next_attempt_at", "handlers_parked", "error", "received_at", "created_at", "content",
    ]  # fmt: skip
    actions = ["redrive"]

    @admin.display(description="Value")
    def content(self, change: Change) -> SafeString:
        return _pre(json.dumps(change.value, indent=2, ensure_ascii=False))

    @admin.action(description="Process again what is not done")
    def redrive(self, request: HttpRequest, changes: QuerySet[Change]) -> None:
        self.message_user(request, _redrive(changes))


class TemplateVersionInline(admin.TabularInline[TemplateVersion, Template]):
    model = TemplateVersion
    fields = ["version", "category", "by_meta", "created_at"]
    readonly_fields = ["version", "category", "by_meta", "created_at"]
    ordering = ["-version"]
    extra, can_delete, max_num = 0, False, 0


@admin.register(Template)
class TemplateAdmin(SupportAdmin[Template]):
    list_display = [
        "name", "language", "organization", "waba_id", "category", "status", "quality", "is_enabled", "status_detail",
        "deleted_at",
    ]  # fmt: skip
    list_filter = ["status", "category", "quality", "organization", ("deleted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["organization"]
    search_fields = ["name", "waba_id", "meta_id", "organization__name"]
    ordering = ["-id"]
    inlines = [TemplateVersionInline]


@admin.register(Media)
class MediaAdmin(SupportAdmin[Media]):
    list_display = [
        "created_at",
        "organization",
        "number",
        "mime_type",
        "filename",
        "size",
        "state",
        "attempts",
        "error",
    ]
    list_filter = ["state", "mime_type", "organization"]
    list_select_related = ["organization", "number"]
    search_fields = ["filename", "provider_id", "uploaded_id", "sha256", "=id"]
    ordering = ["-id"]
    show_full_result_count = False
    readonly_fields = ["opened"]
    actions = ["fetch_again"]

    @admin.display(description="File")
    def opened(self, media: Media) -> SafeString | str:
        url = signed_url(media)
        return format_html('<a href="{}">{}</a>', url, media.filename or media.mime_type) if url else "-"

    @admin.action(description="Fetch lost files again")
    def fetch_again(self, request: HttpRequest, rows: QuerySet[Media]) -> None:
        found = fetching.fetch_again(media_ids=_ids(rows))
        wake("media.fetch")
        self.message_user(request, f"{found} to be fetched again.")


@admin.register(Upload)
class UploadAdmin(SupportAdmin[Upload]):
    list_display = ["created_at", "organization", "user", "filename", "size", "offset", "media", "expires_at"]
    list_filter = ["organization"]
    list_select_related = ["organization", "user", "media"]
    search_fields = ["filename", "user__email", "=id"]
    ordering = ["-id"]


@gauge("What WhatsApp told")
def _inbox() -> Iterator[Figure]:
    changes, page = Change.objects.in_scope(), reverse("admin:whatsapp_change_changelist")
    for state in (Change.State.PENDING, Change.State.RETRYING, Change.State.DEAD):
        rows = changes.filter(state=state)
        bad = state == Change.State.DEAD and rows.exists()
        label = "dead letters" if state == Change.State.DEAD else str(state)
        yield Figure(label, count_up_to(rows), f"{page}?state__exact={state}", is_bad=bad)
    events = InboundEvent.objects.filter(state=InboundEvent.State.PENDING)
    yield Figure(
        "bodies to split",
        count_up_to(events),
        f"{reverse('admin:whatsapp_inboundevent_changelist')}?state__exact=pending",
    )


@gauge("Numbers")
def _troubled_numbers() -> Iterator[Figure]:
    rows, page = Number.objects.in_scope().filter(deleted_at=None), reverse("admin:whatsapp_number_changelist")
    for status in (Number.Status.CONNECTED, Number.Status.HELD, Number.Status.ERROR):
        found = rows.filter(status=status)
        bad = status != Number.Status.CONNECTED and found.exists()
        yield Figure(status.value, count_up_to(found), f"{page}?status__exact={status.value}", is_bad=bad)


@section("Numbers")
def _numbers_of(organization_id: UUID) -> Iterator[Figure]:
    for number in Number.objects.for_organization(organization_id).filter(deleted_at=None).order_by("pk")[:20]:
        url = reverse("admin:whatsapp_number_change", args=[number.pk])
        yield Figure(str(number), number.status, url, is_bad=number.status != Number.Status.CONNECTED)


@finder
def _find_numbers(text: str) -> Iterator[Found]:
    digits = "".join(filter(str.isdecimal, text)) or "-"
    rows = Number.objects.in_scope().select_related("organization").order_by("pk")
    named = Q(verified_name__istartswith=text) | Q(phone_number_id=digits) | Q(waba_id=digits)
    for number in rows.filter(named | Q(display_phone_number__in=[text, digits, f"+{digits}"]))[:FOUND]:
        url = reverse("admin:whatsapp_number_change", args=[number.pk])
        yield Found("Number", str(number), f"{number.verified_name} {number.status}", number.organization.name, url)


def _redrive(changes: Iterable[Change]) -> str:
    by_organization: dict[UUID, list[UUID]] = defaultdict(list)
    nobodys = 0
    for change in changes:
        if change.organization_id is None:
            nobodys += 1
        else:
            by_organization[change.organization_id].append(change.pk)
    found = sum(inbound.redrive(organization_id=owner, change_ids=ids) for owner, ids in by_organization.items())
    waiting = f" {nobodys} belong to no number of ours: they are taken up when it is connected." if nobodys else ""
    return f"{found} to be processed again.{waiting}"


def _try(desk: SupportAdmin[Any], request: HttpRequest, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except DomainError as refusal:
        desk.message_user(request, f"{refusal.title}: {refusal.detail}", messages.ERROR)
        return None


def _ids(rows: QuerySet[Any]) -> list[UUID]:
    return list(rows.values_list("pk", flat=True))


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _pretty(body: bytes) -> str:
    text = body.decode("utf-8", "backslashreplace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _pre(text: str) -> SafeString:
    shown = text[:SHOWN_CHARACTERS].encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
    more = f"\n… and {len(text) - SHOWN_CHARACTERS} characters more" if len(text) > SHOWN_CHARACTERS else ""
    return format_html('<pre style="white-space: pre-wrap; overflow-wrap: anywhere; margin: 0">{}{}</pre>', shown, more)
