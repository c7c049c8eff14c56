"""Meta's Cloud API: the calls for templates. Each answers a value for whatever the network does.

Sources: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management and
https://developers.facebook.com/docs/graph-api/guides/upload (the files of samples)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from apps.whatsapp.payloads.values import mapping, sequence, text
from apps.whatsapp.providers.cloud import CloudClient
from apps.whatsapp.providers.results import Done, Failure, Refused, Unknown

FIELDS: Final = (
    "id,name,language,status,category,previous_category,correct_category,components,parameter_format,quality_score,"
    "rejected_reason,message_send_ttl_seconds,library_template_name"
)
ROWS_OF_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """Templates as Graph writes them; `after` begins the next page, None ends."""

    rows: list[dict[str, Any]]
    after: str | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """Meta has taken the template; how it stands now, as Meta spells it."""

    meta_id: str
    status: str
    category: str


async def templates_of(
    client: CloudClient, waba_id: str, token: str, *, after: str = "", status: str = "", limit: int = ROWS_OF_A_PAGE
) -> TemplatePage | Failure:
    """A page of an account's templates."""
    params = {"fields": FIELDS, "limit": str(limit), "after": after, "status": status}
    wanted = {key: value for key, value in params.items() if value}
    answer = await client.ask("GET", token, waba_id, "message_templates", params=wanted)
    if not isinstance(answer, dict):
        return answer
    rows = [mapping(row) for row in sequence(answer.get("data"))]
    paging = mapping(answer.get("paging"))
    more = paging.get("next") and text(mapping(paging.get("cursors")).get("after"))
    return TemplatePage(rows, more or None)


async def create_template(
    client: CloudClient, waba_id: str, token: str, body: Mapping[str, Any]
) -> Submitted | Failure:
    """Hand a template over for review."""
    answer = await client.ask("POST", token, waba_id, "message_templates", body=body)
    if not isinstance(answer, dict):
        return answer
    meta_id = text(answer.get("id"))
    if meta_id is None:
        return Unknown("WhatsApp answered without the template's id.", 200)
    return Submitted(meta_id, text(answer.get("status")) or "PENDING", text(answer.get("category")) or "")


async def edit_template(client: CloudClient, meta_id: str, token: str, body: Mapping[str, Any]) -> Done | Failure:
    """Replace what a template says."""
    return _done(await client.ask("POST", token, meta_id, body=body))


async def delete_template(
    client: CloudClient, waba_id: str, token: str, name: str, *, meta_id: str = ""
) -> Done | Failure:
    """Delete a template in all its languages, or with `meta_id` in one."""
    params = {"name": name} | ({"hsm_id": meta_id} if meta_id else {})
    return _done(await client.ask("DELETE", token, waba_id, "message_templates", params=params))


async def unpause_template(client: CloudClient, meta_id: str, token: str) -> Done | Failure:
    """Let a template that pacing has paused go on."""
    answer = await client.ask("POST", token, meta_id, "unpause", body={})
    if isinstance(answer, dict) and answer.get("success") is False:
        return Refused(100, None, "The template can't be unpaused", text(answer.get("reason")) or "", 200)
    return _done(answer)


async def app_of(client: CloudClient, token: str) -> str | Failure:
    """The id of the app that a token belongs to."""
    answer = await client.ask("GET", token, "app", params={"fields": "id"})
    if not isinstance(answer, dict):
        return answer
    return text(answer.get("id")) or Unknown("WhatsApp answered without the app's id.", 200)


async def upload_sample(
    client: CloudClient, app_id: str, token: str, content: bytes, mime_type: str, filename: str
) -> str | Failure:
    """Lay down a file that a template or a profile shows; its handle is to be used at once."""
    params = {"file_name": filename, "file_length": str(len(content)), "file_type": mime_type}
    begun = await client.ask("POST", token, app_id, "uploads", params=params, body={})
    if not isinstance(begun, dict):
        return begun
    session = text(begun.get("id"))
    if session is None:
        return Unknown("WhatsApp answered without the upload's id.", 200)
    answer = await client.bring(token, session, content)
    if not isinstance(answer, dict):
        return answer
    return text(answer.get("h")) or Unknown("WhatsApp answered without the file's handle.", 200)


def _done(answer: dict[str, Any] | Failure) -> Done | Failure:
    return Done() if isinstance(answer, dict) else answer
