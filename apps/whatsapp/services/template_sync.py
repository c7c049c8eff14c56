"""Templates as Meta has them: taken over when somebody asks, every hour, and when a webhook tells of an unknown one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from apps.accounts.services import audit
from apps.core.errors import DomainError
from apps.core.events import publish
from apps.core.tenancy import all_organizations, organization_scope
from apps.core.wake import wake
from apps.whatsapp.errors import SyncRunning
from apps.whatsapp.events import TemplateChanged
from apps.whatsapp.models import Number, ProviderName, Template, TemplateVersion
from apps.whatsapp.payloads.templates import TemplateInfo, template_info
from apps.whatsapp.providers.cloud_templates import TemplatePage, templates_of
from apps.whatsapp.services.template_desk import Desk
from apps.whatsapp.services.templates import fact_of, new_version
from apps.whatsapp.template_rules import canonical

EVERY = 3600
DOUBT_SECONDS = 60
MOST_PAGES = 100
_TOLD = ("status", "category", "quality", "rejected_reason", "previous_category", "correct_category", "meta_id")
_ALWAYS = ("status", "category", "meta_id")
logger = structlog.get_logger(__name__)


@dataclass
class Synced:
    """What a synchronization did; `errors` are lines of Meta's that can't be understood."""

    synced: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    errors: list[str] = field(default_factory=list)


def sync_templates(*, number: Number) -> Synced:
    """Take over all templates of the number's account; call it in a scope that reaches the number.

    Those that somebody deleted here alone stay deleted.

    Raises:
        SyncRunning: somebody is at it.
        NumberWithoutTemplates, TemplateRefused, WhatsAppUnreachable
    """
    desk = Desk.of(number)
    if not _alone(number.organization_id, desk.waba_id):
        raise SyncRunning
    began = timezone.now()
    done = _Account(number.organization_id, desk.waba_id, began).take(_listing(desk))
    cache.set(_mark(number.organization_id, desk.waba_id), True, EVERY)
    counts = {"created": done.created, "updated": done.updated, "deleted": done.deleted}
    audit.record(
        "templates.synced", organization_id=number.organization_id, target="number", target_id=number.pk, after=counts
    )
    return done


def live_templates(*, number: Number, status: str = "", after: str = "", limit: int = 50) -> TemplatePage:
    """A page of the account's templates as Meta lists them now; nothing is stored.

    Raises:
        NumberWithoutTemplates, TemplateRefused, WhatsAppUnreachable
    """
    desk = Desk.of(number)
    return _page(desk, status=status, after=after, limit=limit)


def sync_one_due() -> int:
    """Synchronize one account whose hour has come; returns how many there were."""
    for number in _one_number_of_each_account():
        if cache.add(_mark(number.organization_id, number.waba_id), True, EVERY - 60):
            _sync_quietly(number)
            return 1
    return 0


def sync_soon(organization_id: UUID, waba_id: str) -> None:
    """Synchronize this account as soon as this transaction is committed."""
    cache.delete(_mark(organization_id, waba_id))
    wake("whatsapp.sync_templates")


def doubt(organization_id: UUID, waba_id: str) -> None:
    """WhatsApp refused a send as no template that is known here should be: ask how they stand, once a minute."""
    if cache.add(f"templates-doubted:{organization_id}:{waba_id}", True, DOUBT_SECONDS):
        sync_soon(organization_id, waba_id)


def _sync_quietly(number: Number) -> None:
    """One account whose token is bad holds nobody else up; its hour comes again."""
    try:
        with organization_scope(number.organization_id):
            sync_templates(number=number)
    except DomainError as trouble:
        logger.warning("templates_not_synchronized", number_id=str(number.pk), reason=trouble.detail)


def _one_number_of_each_account() -> list[Number]:
    with all_organizations("templates: which accounts are there to be synchronized?"):
        numbers = (
            Number.objects.across_organizations()
            .present()
            .filter(provider=ProviderName.CLOUD, is_active=True, status=Number.Status.CONNECTED)
        )
        rows = numbers.exclude(waba_id="").order_by("organization_id", "waba_id", "pk")
        return list(rows.distinct("organization_id", "waba_id"))


def _mark(organization_id: UUID, waba_id: str) -> str:
    return f"templates-synchronized:{organization_id}:{waba_id}"


def _alone(organization_id: UUID, waba_id: str) -> bool:
    """Whether nobody else synchronizes this account; until the transaction ends nobody else will."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 11))", [f"templates {organization_id} {waba_id}"]
        )
        return bool(cursor.fetchone()[0])


def _page(desk: Desk, **wanted: Any) -> TemplatePage:
    return desk.ask(lambda client, token: templates_of(client, desk.waba_id, token, **wanted))


def _listing(desk: Desk) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    after = ""
    for _ in range(MOST_PAGES):
        page = _page(desk, after=after)
        rows += page.rows
        if page.after is None:
            break
        after = page.after
    return rows


class _Account:
    """The stored templates of an account, on their way to what Meta lists."""

    def __init__(self, organization_id: UUID, waba_id: str, began: datetime) -> None:
        self._organization_id, self._waba_id, self._began = organization_id, waba_id, began
        rows = Template.objects.in_scope().filter(organization=organization_id, waba_id=waba_id)
        self._known = list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))
        present = [each for each in self._known if each.deleted_at is None]
        self._by_id = {each.meta_id: each for each in present if each.meta_id}
        self._by_name = {(each.name, each.language): each for each in present}
        self._deleted_here = {
            each.meta_id for each in self._known if each.deleted_at and each.status != Template.Status.DELETED
        }
        self._done = Synced()
        self._facts: list[TemplateChanged] = []
        self._versions: list[TemplateVersion] = []

    def take(self, rows: Iterable[dict[str, Any]]) -> Synced:
        changed, new, seen = [], [], set()
        for row in rows:
            told = template_info(row)
            if told is None:
                self._done.errors.append(f"Without an id, a name or a language: {str(row)[:100]}")
                continue
            seen.add(told.meta_id)
            template = self._by_id.get(told.meta_id) or self._by_name.get((told.name, told.language))
            if template is not None:
                changed += [template] if self._learn(template, told) else []
            elif told.meta_id not in self._deleted_here and told.status != Template.Status.DELETED:
                new.append(self._new(told))
            self._done.synced += 1
        gone = [each for each in self._by_id.values() if each.meta_id not in seen and not self._is_newer(each)]
        self._write(changed, new, gone)
        return self._done

    def _is_newer(self, template: Template) -> bool:
        """Whether it changed while Meta was asked: then the answer is older than what stands here."""
        return template.updated_at >= self._began

    def _new(self, told: TemplateInfo) -> Template:
        template = Template(
            organization_id=self._organization_id, waba_id=self._waba_id, name=told.name, language=told.language,
            components=canonical(told.components), parameter_format=told.parameter_format,
            ttl_seconds=told.ttl_seconds, library_name=told.library_name,
            **{name: getattr(told, name) for name in _TOLD},
        )  # fmt: skip
        self._stamp(template, "")
        return template

    def _learn(self, template: Template, told: TemplateInfo) -> bool:
        """Take over what differs; whether anything does."""
        template.synced_at = self._began
        if self._is_newer(template):
            return False
        before = {name: getattr(template, name) for name in _TOLD}
        for name in _TOLD:
            setattr(template, name, getattr(told, name) or (before[name] if name in _ALWAYS else ""))
        content = self._learn_content(template, told)
        whats = [name for name in ("status", "category", "quality") if getattr(template, name) != before[name]]
        if "status" in whats:
            self._stamp(template, before["status"])
        if content:
            whats.append("content")
        self._facts += [fact_of(template, what) for what in whats]
        return bool(whats) or any(getattr(template, name) != before[name] for name in _TOLD)

    def _learn_content(self, template: Template, told: TemplateInfo) -> bool:
        components = canonical(told.components)
        if not components or _said(components) == _said(template.components) or _is_code(template):
            return False
        template.components, template.parameter_format = components, told.parameter_format
        template.version += 1
        self._versions.append(new_version(template, by_meta=True))
        return True

    def _stamp(self, template: Template, before: str) -> None:
        template.synced_at = self._began
        if template.status == Template.Status.APPROVED:
            template.approved_at = template.approved_at or self._began
        elif template.status == Template.Status.REJECTED:
            template.rejected_at = self._began
        if before and template.status != Template.Status.REJECTED:
            template.status_detail = ""

    def _write(self, changed: list[Template], new: list[Template], gone: list[Template]) -> None:
        now = timezone.now()
        for each in gone:
            each.status, each.deleted_at = Template.Status.DELETED, now
            self._facts.append(fact_of(each, "deleted"))
        for each in (*changed, *gone):
            each.updated_at = now
        rows = Template.objects.in_scope()
        rows.bulk_update([*changed, *gone], [*_WRITTEN], batch_size=500)
        # Somebody may be writing one of the same name just now: theirs stands, and is met again in an hour.
        rows.bulk_create(new, ignore_conflicts=True, batch_size=500)
        made = set(rows.filter(pk__in=[each.pk for each in new]).values_list("pk", flat=True)) if new else set()
        kept = [each for each in new if each.pk in made]
        self._facts += [fact_of(each, "written") for each in kept]
        self._versions += [new_version(each, by_meta=True) for each in kept]
        TemplateVersion.objects.in_scope().bulk_create(self._versions, batch_size=500)
        rows.filter(pk__in=[each.pk for each in self._by_id.values()]).update(synced_at=self._began)
        self._done.created, self._done.updated, self._done.deleted = len(kept), len(changed), len(gone)
        publish(*self._facts)


_WRITTEN = (
    *_TOLD, "components", "parameter_format", "version", "status_detail", "approved_at", "rejected_at", "synced_at",
    "deleted_at", "updated_at",
)  # fmt: skip


def _said(components: list[dict[str, Any]]) -> Any:
    """What the components say, without their samples: Meta answers those by addresses that change."""
    return [_without_example(each) for each in components]


def _without_example(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_example(inner) for key, inner in value.items() if key != "example"}
    return [_without_example(each) for each in value] if isinstance(value, list) else value


def _is_code(template: Template) -> bool:
    """Of an authentication template Meta answers what it wrote itself, and not what it was asked for."""
    return template.category == Template.Category.AUTHENTICATION and bool(template.components)
