"""Meta's Cloud API: the calls for numbers, accounts and tokens. Each answers a value for whatever the network does.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers,
https://developers.facebook.com/documentation/business-messaging/whatsapp/business-profiles,
https://developers.facebook.com/documentation/business-messaging/whatsapp/block-users,
https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup and
https://developers.facebook.com/docs/graph-api/reference/debug_token
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from apps.whatsapp.payloads.values import mapping, moment, sequence, text
from apps.whatsapp.providers.cloud import CloudClient
from apps.whatsapp.providers.results import Done, Failure, Refused, Unknown

PRODUCT: Final = {"messaging_product": "whatsapp"}
ACCOUNT_FIELDS: Final = (
    "id,name,currency,timezone_id,account_review_status,business_verification_status,country,owner_business_info,"
    "primary_funding_id"
)
PROFILE_FIELDS: Final = "about,address,description,email,profile_picture_url,websites,vertical"
QR_FIELDS: Final = "code,prefilled_message,deep_link_url"
COMMERCE: Final = ("is_catalog_visible", "is_cart_enabled")
ROWS_OF_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What Meta says of an access token.

    Attributes:
        expires_at: None for one that doesn't.
        reason: why it isn't valid, where Meta says so.
    """

    is_valid: bool
    expires_at: datetime | None
    scopes: tuple[str, ...]
    app_id: str
    accounts: tuple[str, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as Graph writes them; `after` begins the next page, None ends."""

    rows: list[dict[str, Any]]
    after: str | None


# --- The number --------------------------------------------------------------------------------------------------


async def register(client: CloudClient, phone: str, token: str, pin: str, region: str = "") -> Done | Failure:
    """Let the number send; `region` (BR, DE …) is where its data rest, if not just anywhere."""
    body = {**PRODUCT, "pin": pin} | ({"data_localization_region": region} if region else {})
    return _done(await client.ask("POST", token, phone, "register", body=body))


async def deregister(client: CloudClient, phone: str, token: str) -> Done | Failure:
    return _done(await client.ask("POST", token, phone, "deregister", body=PRODUCT))


async def request_code(client: CloudClient, phone: str, token: str, method: str, language: str) -> Done | Failure:
    """Have a code sent to the number: `SMS` or `VOICE`."""
    params = {"code_method": method, "language": language}
    return _done(await client.ask("POST", token, phone, "request_code", params=params, body={}))


async def verify_code(client: CloudClient, phone: str, token: str, code: str) -> Done | Failure:
    return _done(await client.ask("POST", token, phone, "verify_code", params={"code": code}, body={}))


async def set_pin(client: CloudClient, phone: str, token: str, pin: str) -> Done | Failure:
    """Set or change the PIN of the two-step verification."""
    return _done(await client.ask("POST", token, phone, body={"pin": pin}))


async def request_name(client: CloudClient, phone: str, token: str, name: str) -> Done | Failure:
    """Ask for another display name, which Meta reviews."""
    return _done(await client.ask("POST", token, phone, params={"new_display_name": name}, body={}))


async def read_profile(client: CloudClient, phone: str, token: str) -> dict[str, Any] | Failure:
    params = {"fields": PROFILE_FIELDS}
    answer = await client.ask("GET", token, phone, "whatsapp_business_profile", params=params)
    return mapping(next(iter(sequence(answer.get("data"))), None)) if isinstance(answer, dict) else answer


async def write_profile(client: CloudClient, phone: str, token: str, values: Mapping[str, Any]) -> Done | Failure:
    return _done(await client.ask("POST", token, phone, "whatsapp_business_profile", body={**PRODUCT, **values}))


async def read_automation(client: CloudClient, phone: str, token: str) -> dict[str, Any] | Failure:
    answer = await client.ask("GET", token, phone, params={"fields": "conversational_automation"})
    return mapping(answer.get("conversational_automation")) if isinstance(answer, dict) else answer


async def write_automation(
    client: CloudClient, phone: str, token: str, prompts: Sequence[str], commands: Sequence[Mapping[str, str]]
) -> Done | Failure:
    """Ice breakers and commands; what isn't among them is gone."""
    body = {"prompts": list(prompts), "commands": [dict(each) for each in commands]}
    return _done(await client.ask("POST", token, phone, "conversational_automation", body=body))


async def start_sync(client: CloudClient, phone: str, token: str, kind: str) -> Done | Failure:
    """Have the phone's app hand over what it knows: `smb_app_state_sync` or `history`, each once."""
    return _done(await client.ask("POST", token, phone, "smb_app_data", body={**PRODUCT, "sync_type": kind}))


# --- QR codes ----------------------------------------------------------------------------------------------------


async def qr_codes(client: CloudClient, phone: str, token: str, image: str = "") -> list[dict[str, Any]] | Failure:
    """All short links; with `image` (SVG or PNG) the addresses of their pictures as well."""
    fields = f"{QR_FIELDS},qr_image_url.format({image})" if image else QR_FIELDS
    answer = await client.ask("GET", token, phone, "message_qrdls", params={"fields": fields})
    return [mapping(row) for row in sequence(answer.get("data"))] if isinstance(answer, dict) else answer


async def save_qr_code(
    client: CloudClient, phone: str, token: str, message: str, *, code: str = "", image: str = "SVG"
) -> dict[str, Any] | Failure:
    """Make a short link, or with `code` change what it writes for the customer."""
    body = {"prefilled_message": message} | ({"code": code} if code else {"generate_qr_image": image})
    return await client.ask("POST", token, phone, "message_qrdls", body=body)


async def delete_qr_code(client: CloudClient, phone: str, token: str, code: str) -> Done | Failure:
    return _done(await client.ask("DELETE", token, phone, "message_qrdls", code))


# --- Shop, username, webhooks ------------------------------------------------------------------------------------


async def read_commerce(client: CloudClient, phone: str, token: str) -> dict[str, bool] | Failure:
    answer = await client.ask("GET", token, phone, "whatsapp_commerce_settings")
    if not isinstance(answer, dict):
        return answer
    told = mapping(next(iter(sequence(answer.get("data"))), None))
    return {name: told.get(name) is True for name in COMMERCE}


async def write_commerce(client: CloudClient, phone: str, token: str, values: Mapping[str, bool]) -> Done | Failure:
    params = {name: "true" if value else "false" for name, value in values.items()}
    return _done(await client.ask("POST", token, phone, "whatsapp_commerce_settings", params=params, body={}))


async def read_username(client: CloudClient, phone: str, token: str) -> dict[str, Any] | Failure:
    answer = await client.ask("GET", token, phone, "username")
    if not isinstance(answer, dict):
        return answer
    return {name: (text(answer.get(name)) or "")[:40] for name in ("username", "status")}


async def username_suggestions(client: CloudClient, phone: str, token: str) -> list[str] | Failure:
    answer = await client.ask("GET", token, phone, "username_suggestions")
    if not isinstance(answer, dict):
        return answer
    told = mapping(next(iter(sequence(answer.get("data"))), None))
    return [name[:40] for each in sequence(told.get("username_suggestions")) if (name := text(each))]


async def write_username(
    client: CloudClient, phone: str, token: str, username: str, *, force: bool = False
) -> Done | Failure:
    """Ask for a username; `force` takes it from another number of the business."""
    body: dict[str, Any] = {"username": username} | ({"force_transfer": True} if force else {})
    return _done(await client.ask("POST", token, phone, "username", body=body))


async def delete_username(client: CloudClient, phone: str, token: str, *, requested: bool) -> Done | Failure:
    """Give a username back, or take back the request for one."""
    return _done(await client.ask("DELETE", token, phone, "requested_username" if requested else "username"))


async def read_webhooks(client: CloudClient, phone: str, token: str) -> dict[str, str] | Failure:
    """The addresses to which webhooks go: of the app, and those that override it."""
    answer = await client.ask("GET", token, phone, params={"fields": "webhook_configuration"})
    if not isinstance(answer, dict):
        return answer
    told = mapping(answer.get("webhook_configuration"))
    names = {"application": "application", "account": "whatsapp_business_account", "number": "phone_number"}
    return {name: text(told.get(key)) or "" for name, key in names.items()}


async def override_webhook(
    client: CloudClient, node: str, token: str, callback: tuple[str, str] | None, of_account: bool
) -> Done | Failure:
    """Set the address and verify token that override the app's, for a number or an account; None takes them off."""
    url, verify_token = callback or ("", "")
    if not of_account:
        given = {"override_callback_uri": url} | ({"verify_token": verify_token} if url else {})
        return _done(await client.ask("POST", token, node, body={"webhook_configuration": given}))
    body = {"override_callback_uri": url, "verify_token": verify_token} if url else {}
    return _done(await client.ask("POST", token, node, "subscribed_apps", body=body))


# --- Blocked people ----------------------------------------------------------------------------------------------


async def blocked_users(client: CloudClient, phone: str, token: str, after: str = "") -> Page | Failure:
    params = {"limit": str(ROWS_OF_A_PAGE)} | ({"after": after} if after else {})
    answer = await client.ask("GET", token, phone, "block_users", params=params)
    if not isinstance(answer, dict):
        return answer
    paging = mapping(answer.get("paging"))
    cursor = text(mapping(paging.get("cursors")).get("after"))
    return Page([mapping(row) for row in sequence(answer.get("data"))], cursor if paging.get("next") else None)


async def block_user(
    client: CloudClient, phone: str, token: str, who: Mapping[str, str], *, blocked: bool
) -> Done | Failure:
    """Block or unblock one person: `{"user": digits}` or `{"user_id": …}`; code 139100 says that this one can't be."""
    body = {**PRODUCT, "block_users": [dict(who)]}
    return _done(await client.ask("POST" if blocked else "DELETE", token, phone, "block_users", body=body))


async def forget_in_contact_book(client: CloudClient, phone: str, token: str, bsuid: str) -> Done | Failure:
    """Have Meta forget which phone belongs to a user id: the book is all numbers' of a portfolio."""
    params = {**PRODUCT, "bsuid": bsuid}
    return _done(await client.ask("DELETE", token, phone, "contact_book", params=params))


async def thread_control(
    client: CloudClient, phone: str, token: str, who: Mapping[str, str], *, action: str, role: str = "", note: str = ""
) -> Done | Failure:
    """Move a chat between responders, with `{"to": digits}` or `{"recipient": user id}`."""
    body: dict[str, Any] = {**PRODUCT, "action": action, **who}
    if role:
        body["control_pass"] = {"target_role": role}
    if note:
        body["metadata"] = note
    answer = await client.ask("POST", token, phone, "thread_control", body=body)
    return Done() if isinstance(answer, dict) else answer


# --- The account and the token -----------------------------------------------------------------------------------


async def read_account(client: CloudClient, waba_id: str, token: str) -> dict[str, Any] | Failure:
    return await client.ask("GET", token, waba_id, params={"fields": ACCOUNT_FIELDS})


async def subscribed_apps(client: CloudClient, waba_id: str, token: str) -> list[str] | Failure:
    """The ids of the apps that get the account's webhooks."""
    answer = await client.ask("GET", token, waba_id, "subscribed_apps")
    if not isinstance(answer, dict):
        return answer
    rows = (mapping(mapping(row).get("whatsapp_business_api_data")) for row in sequence(answer.get("data")))
    return [app_id for row in rows if (app_id := text(row.get("id")))]


async def token_info(client: CloudClient, token: str, asking: str = "") -> TokenInfo | Failure:
    """How long a token lives and what it may do.

    Args:
        asking: the app's own token, `APP_ID|APP_SECRET`; empty: the token asks about itself.
    """
    answer = await client.ask("GET", asking or token, "debug_token", params={"input_token": token})
    if not isinstance(answer, dict):
        return answer
    data = mapping(answer.get("data"))
    granular = [mapping(each) for each in sequence(data.get("granular_scopes"))]
    accounts = {str(each) for scope in granular for each in sequence(scope.get("target_ids"))}
    return TokenInfo(
        is_valid=data.get("is_valid") is True,
        expires_at=moment(data.get("expires_at")),
        scopes=tuple(str(each)[:60] for each in sequence(data.get("scopes"))),
        app_id=text(data.get("app_id")) or "",
        accounts=tuple(sorted(accounts)),
        reason=text(mapping(data.get("error")).get("message")) or "",
    )


async def exchange_code(client: CloudClient, app_id: str, secret: str, code: str) -> str | Failure:
    """The token that stands behind a code of Embedded Signup; a code lives 30 seconds and is taken once."""
    params = {"client_id": app_id, "client_secret": secret, "code": code}
    answer = await client.ask("GET", f"{app_id}|{secret}", "oauth", "access_token", params=params)
    if not isinstance(answer, dict):
        return answer
    return text(answer.get("access_token")) or Unknown("WhatsApp answered without a token.", 200)


def _done(answer: dict[str, Any] | Failure) -> Done | Failure:
    if isinstance(answer, dict) and answer.get("success") is False:
        return Refused(100, None, "WhatsApp didn't do it", text(answer.get("message")) or "", 200)
    return Done() if isinstance(answer, dict) else answer
