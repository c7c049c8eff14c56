"""Numbers behind a gateway that an organization runs: a phone scans a QR code, and the gateway works as its device.

Unofficial, and against WhatsApp's terms: whoever connects one is told so. How the connection stands the gateway tells
by webhook; those may be lost, so that whoever looks at the page asks anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import aiohttp
import structlog
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Organization
from apps.accounts.services import limits
from apps.core.constraints import constraint_means
from apps.core.outgoing import check_url
from apps.whatsapp.error_table import verdict_on
from apps.whatsapp.errors import NumberNotReadable, NumberRefused, NumberTaken, QrCodeNotNeeded, WhatsAppUnreachable
from apps.whatsapp.models import Change, MetaApp, Number, ProviderName
from apps.whatsapp.payloads.values import mapping, text, whole
from apps.whatsapp.providers import Failure, NoToken, NumberInfo, Refused
from apps.whatsapp.providers.evolution.client import BAD_KEY, NO_SUCH_INSTANCE, EvolutionClient
from apps.whatsapp.providers.evolution.jids import phone_of
from apps.whatsapp.services import tokens
from apps.whatsapp.services.numbers.standing import learn_facts, locked, publish_status, record, saved
from apps.whatsapp.services.provider import IMPATIENT, ask_gateway

# A code lives from 20 to 60 seconds; the gateway tells of each new one.
QR_SECONDS: Final = 60
EVENTS: Final = (
    "QRCODE_UPDATED", "CONNECTION_UPDATE", "MESSAGES_UPSERT", "MESSAGES_UPDATE", "MESSAGES_EDITED", "MESSAGES_DELETE",
)  # fmt: skip
LOGGED_OUT, BANNED, NOT_AGAIN = 401, 403, (402, 406)
WORDS: Final[Mapping[int, Mapping[str, str]]] = {
    LOGGED_OUT: {
        "en": "The phone has ended the connection: scan a new QR code.",
        "pt-br": "O celular encerrou a conexão: leia um novo QR code.",
    },
    BANNED: {
        "en": "WhatsApp has banned this number.",
        "pt-br": "O WhatsApp baniu este número.",
    },
    NOT_AGAIN[0]: {
        "en": "WhatsApp lets this number connect no more for now.",
        "pt-br": "O WhatsApp não deixa este número se conectar por enquanto.",
    },
}
KEY_REFUSED: Final = {
    "en": "The gateway doesn't take this key.", "pt-br": "O gateway não aceita esta chave."
}  # fmt: skip
GATEWAY: Final = {"en": "The gateway: {reason}", "pt-br": "O gateway: {reason}"}
logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class QrCode:
    """How far a connection by QR code has come.

    Attributes:
        status: not_created, pending (a code waits to be scanned), connecting, connected or error.
        qr_code: a picture as data URL; "" where there is none just now.
        pairing_code: to be typed on the phone instead; "" where the gateway gives none.
        seconds: for how long the code has been there.
        detail: what is wrong, in the organization's language.
    """

    status: str
    qr_code: str = ""
    pairing_code: str = ""
    seconds: int = 0
    detail: str = ""


@transaction.atomic
def connect_gateway(*, organization_id: UUID, gateway_url: str, api_key: str, display_name: str = "") -> Number:
    """Make a number that waits for its QR code to be scanned, once the gateway has taken the key.

    Args:
        api_key: the gateway's; it may stand in the vault.

    Raises:
        PlanLimitReached
        UrlRefused: nothing of ours may call that address.
        NumberNotReadable: the gateway doesn't take the key.
        SecretNotUsable, ProviderAway: of the vault.
        WhatsAppUnreachable
    """
    limits.require_room(organization_id, "numbers")
    url = check_url(gateway_url, field="gateway_url").rstrip("/")
    key = tokens.opened(organization_id, api_key, field="api_key")
    name = f"pytake_{str(organization_id)[:8]}_{secrets.randbelow(10**9):09}"
    answer = _ask(url, lambda client: client.instance(name, key))
    if isinstance(answer, Refused) and answer.code == BAD_KEY:
        raise NumberNotReadable(KEY_REFUSED[_language(organization_id)], field="api_key")
    if isinstance(answer, Refused) and answer.code != NO_SUCH_INSTANCE:
        raise NumberNotReadable(_told(organization_id, answer), field="gateway_url")
    if not isinstance(answer, Refused | dict):
        raise WhatsAppUnreachable(_told(organization_id, answer))
    app = MetaApp.objects.in_scope().create(
        organization_id=organization_id, provider=ProviderName.EVOLUTION, name=name, secret=secrets.token_urlsafe(32)
    )
    number = Number(
        organization_id=organization_id, app=app, provider=ProviderName.EVOLUTION, phone_number_id=name,
        gateway_url=url, access_token=api_key, verified_name=display_name, status=Number.Status.WAITING,
        messages_per_second=2,
    )  # fmt: skip
    with constraint_means("whatsapp_number_once", NumberTaken()):
        number.save()
    publish_status(number)
    record("connected", number, after={"gateway_url": url, "instance": name})
    return number


@transaction.atomic
def show_qr_code(*, number: Number) -> QrCode:
    """Begin to connect: the instance is made if need be, its webhook set, and a code asked for.

    Raises:
        QrCodeNotNeeded: it is an official number.
        NumberRefused: the gateway says no. WhatsAppUnreachable: it says nothing clear.
        ProviderAway, NoSuchNumber
    """
    _require_gateway(number)
    key = _key_of(number)
    answer = _ask(number.gateway_url, lambda client: _begin(client, number, key))
    if not isinstance(answer, dict):
        raise _refusal(number, answer)
    number = locked(number)
    if not number.is_active:
        before, number.is_active, number.status = number.status, True, Number.Status.WAITING
        number.status_detail = ""
        record("qr_code_shown", number, before={"status": before}, after={"status": number.status})
        number = saved(number, before)
    _keep_code(number, mapping(answer.get("qrcode")) or answer)
    return _standing(number, mapping(answer.get("instance")).get("state"))


def qr_code_of(*, number: Number) -> QrCode:
    """How the connection stands now, with the newest code; for a page that asks every few seconds.

    Raises:
        QrCodeNotNeeded: it is an official number.
        ProviderAway, NoSuchNumber
    """
    _require_gateway(number)
    if number.status == Number.Status.CONNECTED:
        return QrCode("connected")
    key = _key_of(number)
    known = _code_of(number)
    answer = _ask(number.gateway_url, lambda client: _look(client, number, key, anew=not known and number.is_active))
    if isinstance(answer, Refused) and answer.code == NO_SUCH_INSTANCE:
        return QrCode("not_created")
    if not isinstance(answer, dict):
        return QrCode("error", detail=_told(number.organization_id, answer))
    _keep_code(number, answer)
    return _standing(number, mapping(answer.get("instance")).get("state"))


@transaction.atomic
def refresh(*, number: Number) -> Number:
    """Ask the gateway how the number stands, and keep the answer.

    Raises:
        WhatsAppUnreachable, ProviderAway, NoSuchNumber
    """
    key = tokens.token_of(number)
    answer = key if isinstance(key, NoToken) else _ask(
        number.gateway_url, lambda client: client.number_info(number.phone_number_id, str(key), ())
    )  # fmt: skip
    if not isinstance(answer, NumberInfo | Refused | NoToken):
        raise WhatsAppUnreachable(_told(number.organization_id, answer))
    number = locked(number)
    before = number.status
    if isinstance(answer, NumberInfo):
        learn_facts(number, answer.fields)
        is_open = answer.fields.get("status") == "CONNECTED"
        if number.is_active:
            number.status = Number.Status.CONNECTED if is_open else Number.Status.WAITING
            number.status_detail = ""
    elif number.is_active:
        is_new = isinstance(answer, Refused) and answer.code == NO_SUCH_INSTANCE
        number.status = Number.Status.WAITING if is_new else Number.Status.ERROR
        number.status_detail = "" if is_new else _told(number.organization_id, answer)
    record("tested", number, before={"status": before}, after={"status": number.status})
    return saved(number, before)


def leave(number: Number, *, forever: bool) -> None:
    """End the connection at the gateway; `forever` also takes the instance away. What it refuses is logged: here the
    number is gone in any case."""
    cache.delete(_place(number))
    key = tokens.token_of(number)
    if isinstance(key, NoToken):
        return
    answer = _ask(number.gateway_url, lambda client: _leave(client, number.phone_number_id, key, forever))
    if not isinstance(answer, dict):
        logger.warning("gateway_not_left", number=str(number.pk), answer=answer)


def apply_connections(changes: Sequence[Change]) -> None:
    """What gateways tell of their connections; call it in the door."""
    for change in changes:
        number = _number_of(change)
        if number is not None:
            _apply(number, change.value)


def apply_codes(changes: Sequence[Change]) -> None:
    """New QR codes, or that there are no more; call it in the door."""
    for change in changes:
        number = _number_of(change)
        if number is None:
            continue
        if code := mapping(change.value.get("qrcode")):
            _keep_code(number, code)
        else:
            cache.delete(_place(number))


def _apply(number: Number, told: dict[str, Any]) -> None:
    before, reason = number.status, whole(told.get("statusReason")) or 0
    if not number.is_active:
        return
    if told.get("state") == "open":
        cache.delete(_place(number))
        digits = phone_of(told.get("wuid"))
        number.display_phone_number = f"+{digits}" if digits else number.display_phone_number
        number.verified_name = (text(told.get("profileName")) or number.verified_name)[:255]
        number.status, number.status_detail = Number.Status.CONNECTED, ""
    elif told.get("state") in ("close", "refused") and reason in (LOGGED_OUT, BANNED, *NOT_AGAIN):
        if number.status == Number.Status.WAITING and reason == LOGGED_OUT:
            return  # a scan that was not finished
        words = WORDS[reason if reason in WORDS else NOT_AGAIN[0]]
        number.status, number.status_detail = Number.Status.ERROR, words[_language(number.organization_id)]
    if number.status != before:
        record("connection_changed", number, before={"status": before}, after={"status": number.status})
    saved(number, before)


def _number_of(change: Change) -> Number | None:
    """The gateway's number that a change is about; other providers have no say in this."""
    rows = Number.objects.across_organizations().present().filter(pk__in=[change.number_id])
    rows = rows.filter(provider=ProviderName.EVOLUTION)
    return rows.select_for_update(no_key=True).first()


async def _begin(client: EvolutionClient, number: Number, key: str) -> dict[str, Any] | Failure:
    name, webhook = number.phone_number_id, _webhook(number)
    found = await client.instance(name, key)
    if isinstance(found, Refused) and found.code == NO_SUCH_INSTANCE:
        wanted = {
            "instanceName": name, "integration": "WHATSAPP-BAILEYS", "qrcode": True, "rejectCall": False,
            "groupsIgnore": True, "alwaysOnline": False, "readMessages": False, "readStatus": False,
            "syncFullHistory": False, "webhook": webhook,
        }  # fmt: skip
        return await client.ask("POST", key, "instance", "create", body=wanted)
    if not isinstance(found, dict):
        return found
    told = await client.ask("POST", key, "webhook", "set", name, body={"webhook": webhook})
    return await client.ask("GET", key, "instance", "connect", name) if isinstance(told, dict) else told


async def _look(client: EvolutionClient, number: Number, key: str, *, anew: bool) -> dict[str, Any] | Failure:
    name = number.phone_number_id
    found = await client.ask("GET", key, "instance", "connectionState", name)
    if not anew or not isinstance(found, dict) or mapping(found.get("instance")).get("state") == "open":
        return found
    code = await client.ask("GET", key, "instance", "connect", name)
    return {**found, **code} if isinstance(code, dict) else code


async def _leave(client: EvolutionClient, name: str, key: str, forever: bool) -> dict[str, Any] | Failure:
    answer = await client.ask("DELETE", key, "instance", "logout", name)
    return await client.ask("DELETE", key, "instance", "delete", name) if forever else answer


def _webhook(number: Number) -> dict[str, Any]:
    return {
        "enabled": True, "url": number.app.webhook_url, "byEvents": False, "base64": False,
        "headers": {"jwt_key": number.app.secret}, "events": [*EVENTS],
    }  # fmt: skip


def _standing(number: Number, state: object) -> QrCode:
    """What a page shows; a connection of whose opening the webhook was lost is noticed here."""
    if state == "open":
        return QrCode("connected" if refresh(number=number).status == Number.Status.CONNECTED else "connecting")
    if number.status == Number.Status.ERROR and not _code_of(number):
        return QrCode("error", detail=number.status_detail)
    if code := _code_of(number):
        age = max(0, int(timezone.now().timestamp() - code["at"]))
        return QrCode("pending", code["base64"], code["pairing"], age)
    return QrCode("connecting" if state == "connecting" else "pending")


def _keep_code(number: Number, told: Mapping[str, Any]) -> None:
    picture = text(told.get("base64"))
    known = _code_of(number)
    if picture and not (known and known["base64"] == picture):
        code = {"base64": picture, "pairing": text(told.get("pairingCode")) or "", "at": timezone.now().timestamp()}
        cache.set(_place(number), code, timeout=QR_SECONDS)


def _code_of(number: Number) -> dict[str, Any] | None:
    found: dict[str, Any] | None = cache.get(_place(number))
    return found


def _place(number: Number) -> str:
    return f"gateway-qr-code:{number.pk}"


def _require_gateway(number: Number) -> None:
    if number.provider != ProviderName.EVOLUTION:
        raise QrCodeNotNeeded


def _key_of(number: Number) -> str:
    key = tokens.token_of(number)
    if isinstance(key, NoToken):
        raise _refusal(number, key)
    return key


def _ask(url: str, question: Callable[[EvolutionClient], Any]) -> Any:
    def ask(session: aiohttp.ClientSession) -> Any:
        return question(EvolutionClient(session, url, timeout=IMPATIENT))

    return ask_gateway(ask)


def _refusal(number: Number, answer: Failure) -> NumberRefused | WhatsAppUnreachable:
    words = _told(number.organization_id, answer)
    return NumberRefused(words) if isinstance(answer, Refused | NoToken) else WhatsAppUnreachable(words)


def _told(organization_id: UUID, answer: Failure) -> str:
    """What the gateway says is wrong: its own words, or that it can't be reached."""
    language = _language(organization_id)
    if isinstance(answer, Refused):
        return GATEWAY[language].format(reason=answer.detail)[:500]
    verdict = verdict_on(answer, attempts=1, language=language)
    return GATEWAY[language].format(reason=f"{verdict.title}: {verdict.detail}")[:500]


def _language(organization_id: UUID) -> str:
    language = Organization.objects.get(pk=organization_id).language.lower()
    return language if language in GATEWAY else "en"
