"""What WhatsApp says of a number, asked while somebody waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import structlog

from apps.accounts.models import Organization
from apps.whatsapp.error_table import NO_SUCH_OBJECT, Verdict, verdict_on
from apps.whatsapp.errors import NumberNotReadable, WhatsAppUnreachable
from apps.whatsapp.models import Number, ProviderName
from apps.whatsapp.providers import Done, Failure, NoToken, NumberInfo, Refused
from apps.whatsapp.providers.cloud import CloudClient
from apps.whatsapp.services.meta_apps import app_of, find_app
from apps.whatsapp.services.provider import call, call_other, graph_url

ESSENTIAL = ("display_phone_number", "verified_name", "quality_rating", "status", "throughput")
FIELDS = (
    *ESSENTIAL, "code_verification_status", "name_status", "new_name_status", "platform_type", "is_on_biz_app",
    "whatsapp_business_manager_messaging_limit", "is_official_business_account", "account_mode", "health_status",
    "username",
)  # fmt: skip
UNKNOWN_FIELD = 100
UNREACHED = "WhatsApp gave no clear answer. Nothing was changed; try again. {reason}"
logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Desk:
    """Where WhatsApp is asked about numbers, and the language in which its refusals are told."""

    base_url: str
    language: str
    provider: str = ProviderName.CLOUD.value

    @classmethod
    def before(cls, organization_id: UUID, app_id: str, secret: str) -> Self:
        """For a number that isn't connected yet: its app may be known from another one."""
        app = find_app(organization_id=organization_id, app_id=app_id, secret=secret)
        return cls(graph_url(app), _language_of(organization_id))

    @classmethod
    def of(cls, number: Number) -> Self:
        address = number.gateway_url or graph_url(app_of(number))
        return cls(address, _language_of(number.organization_id), number.provider)

    def ask(self, phone_number_id: str, token: str | NoToken) -> NumberInfo | Verdict:
        """
        Raises:
            WhatsAppUnreachable: no clear answer came, or one that says "later".
        """
        if isinstance(token, NoToken):
            return verdict_on(token, attempts=1, language=self.language)
        answer = self._number_info(phone_number_id, token)
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

    def _number_info(self, phone_number_id: str, token: str) -> NumberInfo | Failure:
        if self.provider == ProviderName.CLOUD:
            return call(self.base_url, lambda client: number_info(client, phone_number_id, token))
        return call_other(
            self.provider, self.base_url, lambda client: client.number_info(phone_number_id, token, ESSENTIAL)
        )

    def subscribe(self, waba_id: str, token: str) -> str:
        """Have the account's webhooks sent to the token's app; what is wrong with that, if anything."""
        answer = call(self.base_url, lambda client: client.subscribe(waba_id, token))
        if isinstance(answer, Done):
            return ""
        return f"Webhooks: {words_of(verdict_on(answer, attempts=1, language=self.language))}"[:500]


async def number_info(client: CloudClient, phone_number_id: str, token: str) -> NumberInfo | Failure:
    """All that a number tells; Meta refuses the whole question for one field that it doesn't know, or no longer."""
    answer = await client.number_info(phone_number_id, token, FIELDS)
    if isinstance(answer, Refused) and answer.code == UNKNOWN_FIELD and answer.subcode != NO_SUCH_OBJECT:
        return await client.number_info(phone_number_id, token, ESSENTIAL)
    return answer


def words_of(refusal: Verdict) -> str:
    code = f" ({refusal.code})" if refusal.code is not None else ""
    return f"{refusal.title}: {refusal.detail.rstrip('.')}{code}"[:480]


def _language_of(organization_id: UUID) -> str:
    return Organization.objects.get(pk=organization_id).language
