"""Where WhatsApp is asked about templates: with which token, in which language its refusals are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeVar
from uuid import UUID

from apps.accounts.models import Organization
from apps.whatsapp.error_table import describe_subcode, verdict_on
from apps.whatsapp.errors import NumberWithoutTemplates, TemplateRefused, WhatsAppUnreachable
from apps.whatsapp.models import Media, Number, ProviderName
from apps.whatsapp.providers import Failure, NoToken, NotSent, Refused, Unknown
from apps.whatsapp.providers.cloud import CloudClient
from apps.whatsapp.providers.cloud_templates import app_of, upload_sample
from apps.whatsapp.services.meta_apps import app_of as app_of_number
from apps.whatsapp.services.provider import call, graph_url
from apps.whatsapp.services.tokens import token_of

T = TypeVar("T")
UNREACHED = "WhatsApp gave no clear answer. Whether it has acted shows when the templates are synchronized. {reason}"


@dataclass(frozen=True)
class Desk:
    """One account at WhatsApp, asked with the token of one of its numbers."""

    waba_id: str
    base_url: str
    token: str | NoToken
    language: str
    app_id: str

    @classmethod
    def of(cls, number: Number) -> Self:
        """
        Raises:
            NumberWithoutTemplates: it is a gateway's, or nobody knows its account.
            ProviderAway: whoever keeps the vault's keys doesn't answer.
        """
        waba_id = waba_of(number)
        app = app_of_number(number)
        language = Organization.objects.get(pk=number.organization_id).language
        return cls(waba_id, graph_url(app), token_of(number), language, app.app_id if app else "")

    def ask(self, question: Callable[[CloudClient, str], Awaitable[T | Failure]]) -> T:
        """
        Raises:
            TemplateRefused: WhatsApp says no.
            WhatsAppUnreachable: no clear answer came.
        """
        if isinstance(self.token, NoToken):
            raise TemplateRefused(self.words_of(self.token))
        token = self.token
        answer = call(self.base_url, lambda client: question(client, token))
        if isinstance(answer, Refused):
            raise TemplateRefused(self.words_of(answer))
        if isinstance(answer, (NotSent, Unknown, NoToken)):
            raise WhatsAppUnreachable(UNREACHED.format(reason=answer.reason))
        return answer

    def words_of(self, failure: Failure) -> str:
        """What a person reads of a refusal: Meta's own words, which these calls mean for people."""
        verdict = verdict_on(failure, attempts=1, language=self.language)
        subcode = failure.subcode if isinstance(failure, Refused) else None
        title = describe_subcode(subcode, self.language) if subcode else None
        codes = "/".join(str(each) for each in (verdict.code, subcode) if each is not None)
        return f"{title or verdict.title}: {verdict.detail.rstrip('.')}{f' ({codes})' if codes else ''}"[:900]

    def with_samples(self, organization_id: UUID, components: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The components with the handles of their samples, which are uploaded now: Meta's handles live shortly.

        Raises:
            TemplateRefused, WhatsAppUnreachable
        """
        return [self._with_sample(organization_id, each) for each in components]

    def _with_sample(self, organization_id: UUID, component: dict[str, Any]) -> dict[str, Any]:
        sent = dict(component)
        if isinstance(sent.get("cards"), list):
            sent["cards"] = [
                {**card, "components": self.with_samples(organization_id, card["components"])} for card in sent["cards"]
            ]
        media = sample_of(organization_id, component)
        if media is not None:
            sent["example"] = {"header_handle": [self._upload(media)]}
        return sent

    def _upload(self, media: Media) -> str:
        with media.file.open("rb") as file:
            content = file.read()
        app_id = self.app_id or self.ask(app_of)
        name = media.filename or f"sample.{media.mime_type.rpartition('/')[2]}"
        return self.ask(lambda client, token: upload_sample(client, app_id, token, content, media.mime_type, name))


def waba_of(number: Number) -> str:
    """The account whose templates the number may send.

    Raises:
        NumberWithoutTemplates
    """
    if number.provider != ProviderName.CLOUD:
        raise NumberWithoutTemplates("Templates belong to Meta's Cloud API; this number is a gateway's.")
    if not number.waba_id:
        raise NumberWithoutTemplates
    return number.waba_id


def sample_of(organization_id: UUID, component: Mapping[str, Any]) -> Media | None:
    """The file of ours that a header shows as its sample."""
    example = component.get("example")
    media_id = example.get("media_id") if isinstance(example, dict) else None
    if not media_id:
        return None
    try:
        key = UUID(str(media_id))
    except ValueError:
        return None
    return Media.objects.in_scope().filter(organization=organization_id, pk=key, state=Media.State.READY).first()
