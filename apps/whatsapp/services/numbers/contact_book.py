"""The book of phones and user ids that Meta keeps for a portfolio: whoever is erased here is forgotten there.

Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from uuid import UUID

import structlog
from django.db import transaction

from apps.core.errors import DomainError
from apps.whatsapp.models import Number, ProviderName
from apps.whatsapp.providers import Done
from apps.whatsapp.providers import cloud_numbers as calls
from apps.whatsapp.services.numbers.desk import NumberDesk

logger = structlog.get_logger(__name__)


def forget_soon(*, organization_id: UUID, bsuids: Collection[str]) -> None:
    """Ask Meta after this transaction to forget these people, once for each account. It may refuse: nothing here waits
    for it."""
    if not bsuids:
        return
    numbers = Number.objects.for_organization(organization_id).present().filter(provider=ProviderName.CLOUD)
    desks = [desk for number in {each.waba_id: each for each in numbers}.values() if (desk := _desk_of(number))]
    if desks:
        transaction.on_commit(lambda: _forget(desks, sorted(bsuids)), robust=True)


def _desk_of(number: Number) -> NumberDesk | None:
    try:
        return NumberDesk.of(number)
    except DomainError:
        return None


def _forget(desks: list[NumberDesk], bsuids: list[str]) -> None:
    for desk in desks:
        for bsuid in bsuids:
            answer = desk.try_to(partial(calls.forget_in_contact_book, bsuid=bsuid))
            if not isinstance(answer, Done):
                logger.warning("contact_book_not_cleared", number=str(desk.number.pk), reason=desk.words_of(answer))
