from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from apps.core.tenancy import TenantQuerySet

if TYPE_CHECKING:
    from apps.whatsapp.models import (  # noqa: F401 - named in the bases' parameters
        Change,
        Media,
        MetaApp,
        Number,
        Template,
        TemplateVersion,
        Upload,
    )


class MetaAppQuerySet(TenantQuerySet["MetaApp"]):
    pass


class NumberQuerySet(TenantQuerySet["Number"]):
    def present(self) -> Self:
        return self.filter(deleted_at=None)


class ChangeQuerySet(TenantQuerySet["Change"]):
    def due(self, now: datetime) -> Self:
        return self.filter(state__in=["pending", "retrying"], next_attempt_at__lte=now)


class MediaQuerySet(TenantQuerySet["Media"]):
    def due(self, now: datetime) -> Self:
        """Inbound files that Meta still holds, to be fetched now."""
        return self.filter(state="pending", next_attempt_at__lte=now)


class TemplateQuerySet(TenantQuerySet["Template"]):
    def present(self) -> Self:
        return self.filter(deleted_at=None)

    def usable(self) -> Self:
        """Those that may be sent: approved by Meta, and not switched off here."""
        return self.present().filter(is_enabled=True, status__in=["APPROVED", "FLAGGED"])


class TemplateVersionQuerySet(TenantQuerySet["TemplateVersion"]):
    pass


class UploadQuerySet(TenantQuerySet["Upload"]):
    pass
