"""Apps at Meta, whose secrets sign webhooks: made with an organization's first number, or by staff for everybody."""

from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import Organization
from apps.accounts.services import audit
from apps.whatsapp.errors import AppOfInstallation
from apps.whatsapp.models import MetaApp, Number
from apps.whatsapp.services import tokens


@transaction.atomic
def use_app(*, organization_id: UUID, app_id: str, secret: str) -> MetaApp:
    """The organization's app with this id or secret, made if need be; a secret that is new to it becomes live."""
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)  # one app, whoever asks at once
    app = find_app(organization_id=organization_id, app_id=app_id, secret=secret)
    if app is None:
        app = MetaApp.objects.in_scope().create(organization_id=organization_id, app_id=app_id, secret=secret)
        _record("created", app, after={"app_id": app_id, "secret": secret})
        return app
    known = secret in app.secrets
    app.app_id = app.app_id or app_id
    _learn(app, secret)
    app.save(update_fields=["app_id", "secret", "next_secret"])
    if not known:
        _record("changed", app, after={"secret": secret})
    return app


def find_app(*, organization_id: UUID, app_id: str, secret: str) -> MetaApp | None:
    """The organization's app of this id, or, where no id tells, of this secret."""
    apps = list(MetaApp.objects.in_scope().filter(organization=organization_id).order_by("pk"))
    named = [app for app in apps if app_id and app.app_id == app_id]
    unnamed = [app for app in apps if secret in app.secrets and not (app_id and app.app_id)]
    return next(iter(named + unnamed), None)


def app_of(number: Number) -> MetaApp | None:
    """The number's app; None where it is the installation's, which no organization's scope reaches."""
    return MetaApp.objects.in_scope().filter(pk=number.app_id).first()


@transaction.atomic
def change_app(*, app: MetaApp | None, secret: str = "", verify_token: str = "", **values: Any) -> MetaApp:
    """Change an app; what isn't named stays.

    Args:
        secret: becomes live beside the one before, so that Meta's change of it loses no webhook. The one before the
            last stops signing. It may stand in the organization's vault.
        values: `name`, `app_id`, `graph_url`.

    Raises:
        AppOfInstallation: the scope doesn't reach the app.
        SecretNotUsable, ProviderAway: of the vault.
    """
    if app is None:
        raise AppOfInstallation
    tokens.opened(app.organization_id, secret, field="app_secret")
    app = MetaApp.objects.in_scope().select_for_update(no_key=True).get(pk=app.pk)
    before = {name: getattr(app, name) for name in values}
    for name, value in values.items():
        setattr(app, name, value)
    app.verify_token = verify_token or app.verify_token
    if secret:
        _learn(app, secret)
    app.save()
    secrets = {"secret": secret, "verify_token": verify_token}
    _record("changed", app, before=before, after=values | {name: new for name, new in secrets.items() if new})
    return app


@transaction.atomic
def retire_secret(*, app: MetaApp) -> MetaApp:
    """End the change of a secret: from now on only the newer of two signs."""
    app = MetaApp.objects.in_scope().select_for_update(no_key=True).get(pk=app.pk)
    if app.next_secret:
        app.secret, app.next_secret = app.next_secret, ""
        app.save(update_fields=["secret", "next_secret"])
        _record("secret_retired", app)
    return app


def _record(verb: str, app: MetaApp, **sides: Any) -> None:
    """An app of the installation is nobody's, and has no organization's log to stand in."""
    if app.organization_id:
        audit.record(
            f"meta_apps.{verb}", organization_id=app.organization_id, target="meta_app", target_id=app.pk, **sides
        )


def _learn(app: MetaApp, secret: str) -> None:
    if secret in app.secrets:
        return
    if not app.secret:
        app.secret = secret
        return
    if app.next_secret:
        app.secret = app.next_secret
    app.next_secret = secret
