"""Whether a number can send: asked of WhatsApp, or learnt from its refusals."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from apps.whatsapp.models import Number, ProviderName
from apps.whatsapp.providers import NoToken, NumberInfo
from apps.whatsapp.services import tokens
from apps.whatsapp.services.meta_apps import app_of
from apps.whatsapp.services.numbers import gateways
from apps.whatsapp.services.numbers.asking import Desk, words_of
from apps.whatsapp.services.numbers.health import (
    Surroundings,
    app_token,
    learn_surroundings,
    surroundings,
    warn_of_token,
)
from apps.whatsapp.services.numbers.standing import (
    adopt_soon,
    fetch_what_waited,
    learn,
    locked,
    publish_status,
    record,
    saved,
)
from apps.whatsapp.services.provider import graph_url


def test_number(*, number: Number) -> Number:
    """Ask WhatsApp how the number stands and keep the answer: status, names, quality, throughput.

    A person who asks has mended what was wrong: a held number whose token works is released.

    Raises:
        WhatsAppUnreachable, ProviderAway: no clear answer came; what is stored stays.
        NoSuchNumber: it was removed meanwhile.
    """
    if number.provider == ProviderName.EVOLUTION:
        return gateways.refresh(number=number)
    token = tokens.token_of(number)
    answer = Desk.of(number).ask(number.phone_number_id, token)
    around = _around(number, token)
    number = locked(number)
    before = number.status
    learn_surroundings(number, around)
    if isinstance(answer, NumberInfo):
        learn(number, answer.fields)
        adopt_soon(number)
    else:
        number.status_detail = words_of(answer)
        if number.is_active:
            number.status = Number.Status.HELD if answer.action == "hold_number" else Number.Status.ERROR
    warn_of_token(number)
    record("tested", number, before={"status": before}, after={"status": number.status})
    return saved(number, before)


def _around(number: Number, token: str | NoToken) -> Surroundings:
    if isinstance(token, NoToken) or number.provider != ProviderName.CLOUD:
        return Surroundings()
    app = app_of(number)
    return surroundings(base_url=graph_url(app), waba_id=number.waba_id, token=token, asking=app_token(app))


@transaction.atomic
def hold_number(*, number_ids: Iterable[UUID], reason: str) -> int:
    """Stop sending from these numbers until somebody mends them: WhatsApp refuses their token or account.

    Returns how many were not held before. For senders and drains; call it in a scope that reaches the numbers.
    """
    return _move(number_ids, Number.Status.CONNECTED, Number.Status.HELD, reason)


@transaction.atomic
def release_number(*, number_ids: Iterable[UUID]) -> int:
    """Let held numbers send again; returns how many were held."""
    return _move(number_ids, Number.Status.HELD, Number.Status.CONNECTED, "")


def _move(number_ids: Iterable[UUID], before: str, after: str, reason: str) -> int:
    rows = Number.objects.in_scope().present().filter(pk__in=set(number_ids), status=before)
    numbers = list(rows.select_for_update(no_key=True).order_by("pk"))
    for number in numbers:
        number.status, number.status_detail = after, reason[:500]
        number.save(update_fields=["status", "status_detail", "updated_at"])
        verb = "held" if after == Number.Status.HELD else "released"
        record(verb, number, before={"status": before}, after={"status": after, "reason": reason[:500]})
    publish_status(*numbers)
    fetch_what_waited(numbers)
    return len(numbers)
