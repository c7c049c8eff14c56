"""Message templates: written here, reviewed by Meta, and known here as Meta knows them.

A template is stored before Meta is asked, so that nothing that somebody wrote is lost: what Meta refuses stays a draft
that says why, and can be submitted again. Services work in whatever scope is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from apps.accounts.services import audit
from apps.core.actor import current_actor
from apps.core.constraints import constraint_means
from apps.core.errors import NotFound
from apps.core.events import publish
from apps.whatsapp.errors import (
    SystemTemplate,
    TemplateExists,
    TemplateNotEditable,
    TemplateNotInState,
    TemplateNotValid,
    TemplateRefused,
    WhatsAppUnreachable,
)
from apps.whatsapp.events import TemplateChanged
from apps.whatsapp.limits import LIMITS
from apps.whatsapp.models import Number, Template, TemplateVersion
from apps.whatsapp.providers.cloud_templates import (
    Submitted,
)
from apps.whatsapp.providers.cloud_templates import (
    create_template as submit_to_meta,
)
from apps.whatsapp.providers.cloud_templates import (
    delete_template as delete_at_meta,
)
from apps.whatsapp.providers.cloud_templates import (
    edit_template as edit_at_meta,
)
from apps.whatsapp.providers.cloud_templates import (
    unpause_template as unpause_at_meta,
)
from apps.whatsapp.services.template_desk import Desk, sample_of, waba_of
from apps.whatsapp.template_rules import canonical, check_template

EDIT_RULES = LIMITS["templates"]["edit"]
CONTENT = ("category", "parameter_format", "components", "ttl_seconds")
IN_REVIEW = "A template that is {status} can't be edited."
CATEGORY_FIXED = "The category of an approved template can't be changed."
TOO_OFTEN = "WhatsApp lets an approved template be edited once a day, and 10 times in 30 days."


@transaction.atomic
def create_template(
    *, number: Number, name: str, language: str, category: str, components: list[dict[str, Any]],
    parameter_format: str = "POSITIONAL", ttl_seconds: int | None = None, library_name: str = "", submit: bool = True,
) -> Template:  # fmt: skip
    """Store a template as a draft, and submit it unless told otherwise.

    Where Meta refuses it or doesn't answer, it stays a draft, and its `status_detail` says why.

    Raises:
        NumberWithoutTemplates
        TemplateNotValid: Meta wouldn't take it; of a draft that isn't submitted only its name and language count.
        TemplateExists: of two who write the same at once, one gets this.
    """
    template = Template(
        organization_id=number.organization_id, waba_id=waba_of(number), name=name, language=language,
        category=category.upper(), components=canonical(components), parameter_format=parameter_format.upper(),
        ttl_seconds=ttl_seconds, library_name=library_name, created_by_id=_author(),
    )  # fmt: skip
    _refuse(template, whole=submit)
    with constraint_means("whatsapp_template_once", TemplateExists()):
        template.save()
    _keep_version(template)
    _record("created", template, after=_said(template))
    publish(fact_of(template, "written"))
    return _submitted(number, template) if submit else template


@transaction.atomic
def submit_template(*, number: Number, template: Template) -> Template:
    """Hand a draft over for review. Refused, it stays a draft, and its `status_detail` says why.

    Raises:
        TemplateNotInState: Meta knows it already.
        TemplateNotValid, NumberWithoutTemplates
    """
    template = _locked(template)
    if template.status != Template.Status.DRAFT:
        raise TemplateNotInState
    _refuse(template, whole=True)
    return _submitted(number, template)


@transaction.atomic
def change_template(*, number: Number, template: Template, **values: Any) -> Template:
    """Change what a template says; what isn't named stays. Of one that Meta knows Meta is asked first.

    Args:
        values: `is_enabled`, which only concerns us; `category`, `parameter_format`, `components`, `ttl_seconds`.

    Raises:
        TemplateNotEditable: in review, edited too often, or the category of an approved one.
        TemplateNotValid
        TemplateRefused: Meta says no; nothing was changed.
        WhatsAppUnreachable
    """
    template = _locked(template)
    enabled = values.pop("is_enabled", None)
    if enabled is not None and enabled != template.is_enabled:
        _record("changed", template, before={"is_enabled": template.is_enabled}, after={"is_enabled": enabled})
        template.is_enabled = enabled
        template.save(update_fields=["is_enabled", "updated_at"])
        publish(fact_of(template, "enabled"))
    wanted = _differing(template, values)
    return _edited(number, template, wanted) if wanted else template


@transaction.atomic
def delete_template(
    *, number: Number, template: Template, delete_from_meta: bool = False, all_languages: bool = False
) -> int:
    """Delete a template, here or at Meta as well; returns how many went.

    Args:
        delete_from_meta: also there, where Meta knows it. An approved one's name is locked there for 30 days.
        all_languages: the others of its name, too.

    Raises:
        SystemTemplate, TemplateRefused, WhatsAppUnreachable
    """
    rows = Template.objects.in_scope().present().filter(organization=template.organization_id)
    wanted = {"name": template.name, "waba_id": template.waba_id} if all_languages else {"pk": template.pk}
    templates = list(rows.filter(**wanted).select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not templates:
        raise NotFound
    if any(each.is_system for each in templates):
        raise SystemTemplate
    if delete_from_meta and any(each.meta_id for each in templates):
        meta_id = "" if all_languages else template.meta_id
        desk = Desk.of(number)
        desk.ask(lambda client, token: delete_at_meta(client, desk.waba_id, token, template.name, meta_id=meta_id))
    for each in templates:
        mark_deleted(each, at_meta=delete_from_meta)
        _record("deleted", each, before=_said(each), after={"at_meta": delete_from_meta})
    return len(templates)


@transaction.atomic
def unpause_template(*, number: Number, template: Template) -> Template:
    """Let a template go on that Meta has paused.

    Raises:
        TemplateNotInState: it isn't paused.
        TemplateRefused, WhatsAppUnreachable
    """
    template = _locked(template)
    if template.status != Template.Status.PAUSED or not template.meta_id:
        raise TemplateNotInState("This template isn't paused.")
    Desk.of(number).ask(lambda client, token: unpause_at_meta(client, template.meta_id, token))
    template.status, template.status_detail = Template.Status.APPROVED, ""
    template.save(update_fields=["status", "status_detail", "updated_at"])
    _record("unpaused", template)
    publish(fact_of(template, "status"))
    return template


def fact_of(template: Template, what: str) -> TemplateChanged:
    return TemplateChanged(
        organization_id=template.organization_id, template_id=template.pk, what=what, name=template.name,
        language=template.language, status=template.status, category=template.category, quality=template.quality,
    )  # fmt: skip


def mark_deleted(template: Template, *, at_meta: bool) -> None:
    """It is gone from here; `at_meta`: from there, too."""
    template.deleted_at = timezone.now()
    if at_meta or not template.meta_id:
        template.status = Template.Status.DELETED
    template.save(update_fields=["deleted_at", "status", "updated_at"])
    publish(fact_of(template, "deleted"))


def new_version(template: Template, *, by_meta: bool = False) -> TemplateVersion:
    """What the template says now, to be kept; the caller stores it."""
    return TemplateVersion(
        organization_id=template.organization_id, template=template, version=template.version,
        category=template.category, parameter_format=template.parameter_format, components=template.components,
        by_meta=by_meta, created_by_id=None if by_meta else _author(),
    )  # fmt: skip


def _submitted(number: Number, template: Template) -> Template:
    desk = Desk.of(number)
    try:
        components = desk.with_samples(template.organization_id, template.components)
        body = _body_of(template, components)
        answer = desk.ask(lambda client, token: submit_to_meta(client, desk.waba_id, token, body))
    except (TemplateRefused, WhatsAppUnreachable) as refusal:
        template.status_detail = refusal.detail[:1000]
        template.save(update_fields=["status_detail", "updated_at"])
        _record("refused", template, after={"reason": template.status_detail})
        return template
    return _taken(template, answer)


def _taken(template: Template, answer: Submitted) -> Template:
    template.meta_id, template.status, template.status_detail = answer.meta_id[:40], answer.status[:20], ""
    if answer.category and answer.category != template.category:
        template.previous_category, template.category = template.category, answer.category[:20]
    template.submitted_at, template.rejected_reason = timezone.now(), ""
    if template.status == Template.Status.APPROVED:
        template.approved_at = template.submitted_at
    template.save()
    _record("submitted", template, after={"meta_id": template.meta_id, "status": template.status})
    publish(fact_of(template, "status"))
    return template


def _edited(number: Number, template: Template, wanted: Mapping[str, Any]) -> Template:
    before = _said(template)
    if template.status != Template.Status.DRAFT:
        _refuse_edit(template, wanted)
    for name, value in wanted.items():
        setattr(template, name, value)
    _refuse(template, whole=template.status != Template.Status.DRAFT)
    if template.status != Template.Status.DRAFT:
        _edit_at_meta(number, template)
    template.version += 1
    template.status_detail = ""
    template.save()
    _keep_version(template)
    _record("changed", template, before=before, after=_said(template))
    publish(fact_of(template, "content"))
    return template


def _edit_at_meta(number: Number, template: Template) -> None:
    desk = Desk.of(number)
    components = desk.with_samples(template.organization_id, template.components)
    body = {key: value for key, value in _body_of(template, components).items() if key in _EDITABLE}
    desk.ask(lambda client, token: edit_at_meta(client, template.meta_id, token, body))
    template.status, template.rejected_reason = Template.Status.PENDING, ""
    template.submitted_at = timezone.now()


_EDITABLE = ("category", "components", "message_send_ttl_seconds")


def _refuse_edit(template: Template, wanted: Mapping[str, Any]) -> None:
    """What Meta lets nobody edit, before it is asked."""
    if template.status not in EDIT_RULES["statuses"]:
        raise TemplateNotEditable(IN_REVIEW.format(status=template.status))
    if "parameter_format" in wanted:
        raise TemplateNotEditable("How variables are written can't be changed any more.", field="parameter_format")
    if template.status != Template.Status.APPROVED:
        return
    if "category" in wanted:
        raise TemplateNotEditable(CATEGORY_FIXED, field="category")
    for cap in EDIT_RULES["of_approved"]:
        since = max(timezone.now() - timedelta(seconds=cap["seconds"]), template.approved_at or timezone.now())
        versions = TemplateVersion.objects.in_scope().filter(template=template, by_meta=False, created_at__gt=since)
        if versions.count() >= cap["count"]:
            raise TemplateNotEditable(TOO_OFTEN)


def _differing(template: Template, values: Mapping[str, Any]) -> dict[str, Any]:
    said = dict(values)
    if "components" in said:
        said["components"] = canonical(said["components"])
    for name in ("category", "parameter_format"):
        if name in said:
            said[name] = said[name].upper()
    return {name: value for name, value in said.items() if name in CONTENT and value != getattr(template, name)}


def _refuse(template: Template, *, whole: bool) -> None:
    """Refuse what Meta would refuse; of what stays a draft, only what names it, and files that there aren't."""
    found = check_template(
        name=template.name, language=template.language, category=template.category, components=template.components,
        parameter_format=template.parameter_format, ttl_seconds=template.ttl_seconds,
    )  # fmt: skip
    counted = [each for each in found if each.severity == "error" and (whole or each.field in _OF_A_DRAFT)]
    errors = [(each.field, each.code, each.message) for each in counted]
    errors += _without_file(template.organization_id, template.components, "components")
    if errors:
        raise TemplateNotValid(errors)


_OF_A_DRAFT = ("name", "language", "category")


def _without_file(
    organization_id: UUID, components: Iterable[Mapping[str, Any]], at: str
) -> list[tuple[str, str, str]]:
    lacking = []
    for index, each in enumerate(components):
        where, example = f"{at}[{index}]", each.get("example")
        named = isinstance(example, dict) and example.get("media_id")
        if named and sample_of(organization_id, each) is None:
            lacking.append((f"{where}.example.media_id", "no_such_media", "There is no such file here."))
        for place, card in enumerate(each.get("cards") or ()):
            lacking += _without_file(organization_id, card["components"], f"{where}.cards[{place}].components")
    return lacking


def _body_of(template: Template, components: list[dict[str, Any]]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "components": components,
        "parameter_format": template.parameter_format.lower(),
    }
    if template.ttl_seconds is not None:
        body["message_send_ttl_seconds"] = template.ttl_seconds
    return body


def _keep_version(template: Template) -> None:
    TemplateVersion.objects.in_scope().bulk_create([new_version(template)])


def _said(template: Template) -> dict[str, Any]:
    return {name: getattr(template, name) for name in ("name", "language", *CONTENT)}


def _author() -> UUID | None:
    actor = current_actor()
    return actor.id if actor.kind == "user" else None


def _locked(template: Template) -> Template:
    rows = Template.objects.in_scope().present().filter(pk=template.pk)
    row = rows.select_for_update(no_key=True, of=("self",)).first()
    if row is None:
        raise NotFound
    return row


def _record(verb: str, template: Template, **sides: Any) -> None:
    audit.record(
        f"templates.{verb}", organization_id=template.organization_id, target="template", target_id=template.pk, **sides
    )
