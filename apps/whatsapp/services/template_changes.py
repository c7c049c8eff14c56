"""What webhooks tell of templates. One that isn't known here is fetched with all others of its account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from apps.core.events import publish
from apps.whatsapp.events import TemplateChanged
from apps.whatsapp.models import Change, Template
from apps.whatsapp.payloads.templates import TemplateEvent, template_event
from apps.whatsapp.services.template_sync import sync_soon
from apps.whatsapp.services.templates import fact_of

FIELDS = (
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
    "template_correct_category_detection",
)
Key = tuple[UUID, str]  # an organization and an account


def apply_template_changes(changes: Sequence[Change]) -> None:
    """Write down what these tell, in their order; call it in the door."""
    told = [(change, event) for change in changes if (event := template_event(change.field, change.value)) is not None]
    known = _known(told)
    facts: list[TemplateChanged] = []
    changed: dict[UUID, Template] = {}
    for change, event in told:
        template = _find(known, change, event)
        if template is None or event.content_changed:
            sync_soon(*_account_of(change))
            continue
        whats = _learn(template, event)
        if whats is not None:
            changed[template.pk] = template
            facts += [fact_of(template, what) for what in whats]
    for template in changed.values():
        template.save()
    publish(*facts)


def _account_of(change: Change) -> Key:
    """Changes of accounts come in lanes of their own: `{waba_id}:{field}`."""
    assert change.organization_id is not None
    return change.organization_id, change.lane.rpartition(":")[0]


def _known(told: Sequence[tuple[Change, TemplateEvent]]) -> list[Template]:
    if not told:
        return []
    named = Q(meta_id__in={event.meta_id for _, event in told if event.meta_id})
    named |= Q(name__in={event.name for _, event in told if event.name})
    accounts = {_account_of(change) for change, _ in told}
    rows = (
        Template.objects.in_scope()
        .present()
        .filter(named, organization__in={each[0] for each in accounts}, waba_id__in={each[1] for each in accounts})
    )
    return list(rows.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def _find(known: Sequence[Template], change: Change, event: TemplateEvent) -> Template | None:
    ours = [each for each in known if (each.organization_id, each.waba_id) == _account_of(change)]
    by_id = [each for each in ours if event.meta_id and each.meta_id == event.meta_id]
    by_name = [each for each in ours if (each.name, each.language) == (event.name, event.language)]
    return next((each for each in (*by_id, *by_name) if each.deleted_at is None), None)


def _learn(template: Template, event: TemplateEvent) -> list[str] | None:
    """What of the template is other now, None if nothing at all."""
    before = _state(template)
    template.meta_id = template.meta_id or event.meta_id
    whats = []
    if event.status is not None and _learn_status(template, event):
        whats.append("deleted" if template.deleted_at else "status")
    if event.quality is not None and event.quality != template.quality:
        template.quality = event.quality
        whats.append("quality")
    if event.category and event.category != template.category:
        template.previous_category, template.category = template.category, event.category
        template.category_changes_at = None
        whats.append("category")
    if event.correct_category is not None and event.correct_category != template.correct_category:
        template.correct_category = event.correct_category
        template.category_changes_at = event.category_changes_at
        whats += ["category"] if event.correct_category and "category" not in whats else []
    return None if _state(template) == before else whats


def _learn_status(template: Template, event: TemplateEvent) -> bool:
    before, now = template.status, timezone.now()
    template.status, template.status_detail = event.status or before, event.detail
    template.rejected_reason = event.reason if template.status == Template.Status.REJECTED else ""
    if template.status == before:
        return False
    if template.status == Template.Status.APPROVED:
        template.approved_at = template.approved_at or now
    elif template.status == Template.Status.REJECTED:
        template.rejected_at = now
    elif template.status == Template.Status.DELETED:
        template.deleted_at = now
    return True


def _state(template: Template) -> tuple[Any, ...]:
    return (
        template.meta_id, template.status, template.status_detail, template.rejected_reason, template.quality,
        template.category, template.correct_category, template.category_changes_at,
    )  # fmt: skip
