"""What WhatsApp says of a number, asked while somebody waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import structlog

from apps.accounts.models import Organization
from apps.whatsapp.error_table import Verdict, verdict_on
from apps.whatsapp.errors import NumberNotReadable, WhatsAppUnreachable
from apps.whatsapp.models import Number
from apps.whatsapp.providers import Done, NoToken, NumberInfo
from apps.whatsapp.services.meta_apps import app_of, find_app
from apps.whatsapp.services.provider import call, graph_url

FIELDS = ("display_phone_number", "verified_name", "quality_rating", "status", "throughput")
UNREACHED = "WhatsApp gave no clear answer. Nothing was changed; try again. {reason}"
logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Desk:
    """Where WhatsApp is asked about numbers, and the language in which its refusals are told."""

    base_url: str
    language: str

    @classmethod
    def before(cls, organization_id: UUID, app_id: str, secret: str) -> Self:
        """For a number that isn't connected yet: its app may be known from another one."""
        app = find_app(organization_id=organization_id, app_id=app_id, secret=secret)
        return cls(graph_url(app), _language_of(organization_id))

    @classmethod
    def of(cls, number: Number) -> Self:
        return cls(graph_url(app_of(number)), _language_of(number.organization_id))

    def ask(self, phone_number_id: str, token: str | NoToken) -> NumberInfo | Verdict:
        """
        Raises:
            WhatsAppUnreachable: no clear answer came, or one that says "later".
        """
        if isinstance(token, NoToken):
            return verdict_on(token, attempts=1, language=self.language)
        answer = call(self.base_url, lambda client: client.number_info(phone_number_id, token, FIELDS))
        if isinstance(answer, NumberInfo):
            return answer
        refusal = verdict_on(answer, attempts=1, language=self.language)
        if refusal.action in ("fail", "hold_number"):
            return refusal
        logger.warning("whatsapp_unreachable", phone_number_id=phone_number_id, answer=answer)
        raise WhatsAppUnreachable(UNREACHED.format(reason=words_of(refusal)))

    def read(self, phone_number_id: str, token: str) -> Mapping[str, Any]:
        """
        Raises:
            NumberNotReadable, WhatsAppUnreachable
        """
        answer = self.ask(phone_number_id, token)
        if isinstance(answer, NumberInfo):
            return answer.fields
        field = "access_token" if answer.kind == "auth" else "phone_number_id"
        raise NumberNotReadable(words_of(answer), field=field)

    def subscribe(self, waba_id: str, token: str) -> str:
        """Have the account's webhooks sent to the token's app; what is wrong with that, if anything."""
        answer = call(self.base_url, lambda client: client.subscribe(waba_id, token))
        if isinstance(answer, Done):
            return ""
        return f"Webhooks: {words_of(verdict_on(answer, attempts=1, language=self.language))}"[:500]


def words_of(refusal: Verdict) -> str:
    code = f" ({refusal.code})" if refusal.code is not None else ""
    return f"{refusal.title}: {refusal.detail.rstrip('.')}{code}"[:480]


def _language_of(organization_id: UUID) -> str:
    return Organization.objects.get(pk=organization_id).language
