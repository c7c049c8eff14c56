"""Apps at Meta, whose secrets sign webhooks: made with an organization's first number, or by staff for everybody."""

from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import Organization
from apps.whatsapp.errors import AppOfInstallation
from apps.whatsapp.models import MetaApp


@transaction.atomic
def use_app(*, organization_id: UUID, app_id: str, secret: str) -> MetaApp:
    """The organization's app with this id or secret, made if need be; a secret that is new to it becomes live."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)  # one app, whoever asks at once
    app = find_app(organization_id=organization_id, app_id=app_id, secret=secret)
    if app is None:
        return MetaApp.objects.in_scope().create(organization_id=organization_id, app_id=app_id, secret=secret)
    app.app_id = app.app_id or app_id
    _learn(app, secret)
    app.save(update_fields=["app_id", "secret", "next_secret"])
    return app


def find_app(*, organization_id: UUID, app_id: str, secret: str) -> MetaApp | None:
    """The organization's app of this id, or, where no id tells, of this secret."""
    apps = list(MetaApp.objects.in_scope().filter(organization=organization_id).order_by("pk"))
    named = [app for app in apps if app_id and app.app_id == app_id]
    unnamed = [app for app in apps if secret in app.secrets and not (app_id and app.app_id)]
    return next(iter(named + unnamed), None)


@transaction.atomic
def change_app(*, app: MetaApp | None, secret: str = "", verify_token: str = "", **values: Any) -> MetaApp:
    """Change an app; what isn't named stays.

    Args:
        secret: becomes live beside the one before, so that Meta's change of it loses no webhook. The one before the
            last stops signing.
        values: `name`, `app_id`, `graph_url`.

    Raises:
        AppOfInstallation: the scope doesn't reach the app.
    """
    if app is None:
        raise AppOfInstallation
    app = MetaApp.objects.in_scope().select_for_update(no_key=True).get(pk=app.pk)
    for name, value in values.items():
        setattr(app, name, value)
    app.verify_token = verify_token or app.verify_token
    if secret:
        _learn(app, secret)
    app.save()
    return app


@transaction.atomic
def retire_secret(*, app: MetaApp) -> MetaApp:
    """End the change of a secret: from now on only the newer of two signs."""
    app = MetaApp.objects.in_scope().select_for_update(no_key=True).get(pk=app.pk)
    if app.next_secret:
        app.secret, app.next_secret = app.next_secret, ""
        app.save(update_fields=["secret", "next_secret"])
    return app


def _learn(app: MetaApp, secret: str) -> None:
    if secret in app.secrets:
        return
    if not app.secret:
        app.secret = secret
        return
    if app.next_secret:
        app.secret = app.next_secret
    app.next_secret = secret
