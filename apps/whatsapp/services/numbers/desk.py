"""Where WhatsApp is asked to do something with a number, while somebody waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self, TypeVar

from apps.accounts.models import Organization
from apps.whatsapp.error_table import describe_subcode, verdict_on
from apps.whatsapp.errors import CloudApiOnly, NumberRefused, WhatsAppUnreachable
from apps.whatsapp.models import Number, ProviderName
from apps.whatsapp.providers import Failure, NoToken, NotSent, Refused, Unknown
from apps.whatsapp.providers.cloud import CloudClient
from apps.whatsapp.services import tokens
from apps.whatsapp.services.meta_apps import app_of
from apps.whatsapp.services.provider import call, graph_url

T = TypeVar("T")
UNREACHED = "WhatsApp gave no clear answer. Whether it has acted shows when the number is tested. {reason}"


@dataclass(frozen=True)
class NumberDesk:
    """One number of the Cloud API, with its token, and the language in which refusals are told."""

    number: Number
    base_url: str
    token: str | NoToken
    language: str
    app_id: str

    @classmethod
    def of(cls, number: Number) -> Self:
        """
        Raises:
            CloudApiOnly: the number is a gateway's.
            ProviderAway: whoever keeps the vault's keys doesn't answer.
        """
        if number.provider != ProviderName.CLOUD:
            raise CloudApiOnly
        app = app_of(number)
        language = Organization.objects.get(pk=number.organization_id).language
        return cls(number, graph_url(app), tokens.token_of(number), language, app.app_id if app else "")

    def ask(self, question: Callable[[CloudClient, str, str], Awaitable[T | Failure]], *, field: str = "") -> T:
        """What WhatsApp answers to a question with a client, the number's id and its token.

        Args:
            field: what of the request is at fault where WhatsApp refuses.

        Raises:
            NumberRefused: WhatsApp says no; nothing was changed.
            WhatsAppUnreachable: no clear answer came.
        """
        answer = self.try_to(question)
        if isinstance(answer, (Refused, NoToken)):
            raise NumberRefused(self.words_of(answer), field=field or None)
        if isinstance(answer, (NotSent, Unknown)):
            raise WhatsAppUnreachable(UNREACHED.format(reason=answer.reason))
        return answer

    def try_to(self, question: Callable[[CloudClient, str, str], Awaitable[T | Failure]]) -> T | Failure:
        """As `ask()`, with refusals as values."""
        if isinstance(self.token, NoToken):
            return self.token
        token = self.token
        return call(self.base_url, lambda client: question(client, self.number.phone_number_id, token))

    def words_of(self, failure: Failure) -> str:
        """What a person reads of a refusal: Meta's own words, which these calls mean for people."""
        verdict = verdict_on(failure, attempts=1, language=self.language)
        subcode = failure.subcode if isinstance(failure, Refused) else None
        title = describe_subcode(subcode, self.language) if subcode else None
        codes = "/".join(str(each) for each in (verdict.code, subcode) if each is not None)
        return f"{title or verdict.title}: {verdict.detail.rstrip('.')}{f' ({codes})' if codes else ''}"[:900]
