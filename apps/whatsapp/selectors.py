from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from apps.core.tenancy import all_organizations
from apps.whatsapp.models import MetaApp


@dataclass(frozen=True)
class SigningApp:
    """What the door has to know of an app. `secrets` are as they are written down: some may stand in the vault."""

    pk: UUID
    organization_id: UUID | None
    secrets: tuple[str, ...]
    verify_token: str
    provider: str = "cloud"


def signing_app(key: str) -> SigningApp | None:
    """The app whose webhook address holds this key."""
    with all_organizations("ingest: the address tells which app signs, before anybody's rows are in reach"):
        app = MetaApp.objects.across_organizations().filter(key=key).first()
    return SigningApp(app.pk, app.organization_id, tuple(app.secrets), app.verify_token, app.provider) if app else None
