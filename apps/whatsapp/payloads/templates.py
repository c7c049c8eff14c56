"""What webhooks and lists tell of templates, in one shape. Values that nobody knows are kept as they come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from apps.whatsapp.payloads.values import language_code, mapping, sequence, text, whole

# What an event makes of a template, where they aren't called the same.
_STATUS_OF: Final = {"REINSTATED": "APPROVED", "UNARCHIVED": "APPROVED", "UNLOCKED": "APPROVED"}
_NOTHING: Final = frozenset({"NONE", "UNKNOWN"})
LONGEST_STATUS: Final = 20
LONGEST_DETAIL: Final = 1000


@dataclass(frozen=True, slots=True)
class TemplateInfo:
    """A template as Graph lists it."""

    meta_id: str
    name: str
    language: str
    status: str
    category: str
    components: list[dict[str, Any]]
    parameter_format: str
    quality: str
    rejected_reason: str
    previous_category: str
    correct_category: str
    ttl_seconds: int | None
    library_name: str


@dataclass(frozen=True, slots=True)
class TemplateEvent:
    """What one webhook tells of one template; None: nothing about that.

    Attributes:
        category_changes_at: when Meta will make the template what it finds it to be.
        detail: why, for a person.
    """

    meta_id: str
    name: str
    language: str
    status: str | None = None
    reason: str = ""
    detail: str = ""
    quality: str | None = None
    category: str | None = None
    correct_category: str | None = None
    category_changes_at: datetime | None = None
    content_changed: bool = False


def template_info(row: Mapping[str, Any]) -> TemplateInfo | None:
    """None for a row without an id, a name or a language: it can't be told which template it is."""
    meta_id, name, language = text(row.get("id")), text(row.get("name")), text(row.get("language"))
    if not (meta_id and name and language):
        return None
    status = (text(row.get("status")) or "").upper()
    return TemplateInfo(
        meta_id=meta_id[:40],
        name=name[:512],
        language=language_code(language)[:20],
        status=_STATUS_OF.get(status, status)[:LONGEST_STATUS],
        category=_word(row.get("category"), LONGEST_STATUS),
        components=[each for each in sequence(row.get("components")) if isinstance(each, dict)],
        parameter_format=_word(row.get("parameter_format"), 10) or "POSITIONAL",
        quality=_said(mapping(row.get("quality_score")).get("score"), 10),
        rejected_reason=_said(row.get("rejected_reason"), 100),
        previous_category=_word(row.get("previous_category"), LONGEST_STATUS),
        correct_category=_word(row.get("correct_category"), LONGEST_STATUS),
        ttl_seconds=whole(row.get("message_send_ttl_seconds")),
        library_name=(text(row.get("library_template_name")) or "")[:512],
    )


def template_event(field: str, value: Mapping[str, Any]) -> TemplateEvent | None:
    """None where it can't be told which template is meant.

    Args:
        field: the webhook's. What it tells is seen by the value, too: on Meta's page a quality comes under the name of
            a status.
    """
    meta_id = text(value.get("message_template_id"))
    name, language = text(value.get("message_template_name")), text(value.get("message_template_language"))
    if meta_id is None and not (name and language):
        return None
    told = _told(field, value)
    return TemplateEvent((meta_id or "")[:40], (name or "")[:512], language_code(language or "")[:20], **told)


def _told(field: str, value: Mapping[str, Any]) -> dict[str, Any]:
    if "new_quality_score" in value:
        return {"quality": _said(value["new_quality_score"], 10)}
    if field == "message_template_status_update":
        return _status(value)
    if field == "template_category_update":
        return _category(value)
    if field == "template_correct_category_detection":
        return {"correct_category": _word(value.get("correct_category"), LONGEST_STATUS)}
    return {"content_changed": field == "message_template_components_update"}


def _status(value: Mapping[str, Any]) -> dict[str, Any]:
    event = _word(value.get("event"), LONGEST_STATUS)
    other = mapping(value.get("other_info"))
    status = "APPROVED" if text(other.get("title")) == "UNPAUSE" else _STATUS_OF.get(event, event)
    rejection, disabled = mapping(value.get("rejection_info")), mapping(value.get("disable_info"))
    said = [
        text(rejection.get("reason")), text(rejection.get("recommendation")), text(other.get("description")),
        text(disabled.get("disable_date")),
    ]  # fmt: skip
    detail = " ".join(each for each in said if each)[:LONGEST_DETAIL]
    return {"status": status or None, "reason": _said(value.get("reason"), 100), "detail": detail}


def _category(value: Mapping[str, Any]) -> dict[str, Any]:
    """A notice a day ahead names the present category as the new one; when it is done, the one before is named."""
    new = _word(value.get("new_category"), LONGEST_STATUS)
    if value.get("previous_category"):
        return {"category": new, "correct_category": ""}
    at = whole(value.get("category_update_timestamp"))
    changes_at = datetime.fromtimestamp(at, UTC) if at is not None and 0 < at < 4_102_444_800 else None
    return {
        "correct_category": _word(value.get("correct_category"), LONGEST_STATUS),
        "category_changes_at": changes_at,
    }


def _word(value: object, most: int) -> str:
    return (text(value) or "").upper()[:most]


def _said(value: object, most: int) -> str:
    word = _word(value, most)
    return "" if word in _NOTHING else word
