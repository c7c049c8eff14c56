"""What webhooks tell of numbers and accounts, in one shape. Words that nobody knows come through as they are.

Sources: the pages of the fields account_update, account_alerts, phone_number_quality_update and others under
https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from apps.whatsapp.payloads.values import mapping, moment, phone, sequence, text, whole

Effect = Literal["", "hold", "release", "disconnect"]
Severity = Literal["silent", "info", "warning", "critical"]
_DATA: Final = json.loads((Path(__file__).parents[1] / "data" / "account_events.json").read_text(encoding="utf-8"))
_TABLE: Final = _DATA["events"]
UNKNOWN: Final = "unknown"
LONGEST_DETAIL: Final = 600
_TIERS: Final = ((50, "TIER_50"), (250, "TIER_250"), (2000, "TIER_2K"), (10_000, "TIER_10K"), (100_000, "TIER_100K"))
_NAME_STATUS: Final = {"REJECTED": "DECLINED", "PENDING": "PENDING_REVIEW", "DEFERRED": "PENDING_REVIEW"}
_ENDS: Final = frozenset({"ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED", "PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED"})


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """What one webhook tells.

    Attributes:
        key: of the table of words: `account_update.PARTNER_REMOVED`.
        phone: digits of the number that it is about; empty: all numbers of the account.
        detail: more of it in Meta's own words.
        effect: what becomes of sending.
        facts: columns of the number, as they are now.
        account: what is known of the account now.
        restrictions: what Meta forbids now, each `type`, `until` and `remediation`; None: nothing is said of that.
    """

    key: str
    phone: str = ""
    detail: str = ""
    effect: Effect = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    account: Mapping[str, Any] = field(default_factory=dict)
    restrictions: list[dict[str, Any]] | None = None

    @property
    def is_known(self) -> bool:
        return self.key in _TABLE

    @property
    def severity(self) -> Severity:
        found: Severity = _TABLE[self.key if self.is_known else UNKNOWN]["severity"]
        return found

    def words(self, language: str) -> str:
        """What happened, for a person; of what nobody knows, Meta's own word."""
        entry = _TABLE.get(self.key)
        return entry.get(language.lower()) or entry["en"] if entry else self.key


def words_of_events(language: str) -> dict[str, str]:
    """What happened by key, and its details by Meta's words for them, in `pt-br` or `en`."""
    return {key: entry[language] for key, entry in (_TABLE | _DATA["details"]).items()}


def words_of_reasons(language: str) -> dict[str, str]:
    """Why Meta rejects a template, by its word, in `pt-br` or `en`."""
    return {key: entry[language] for key, entry in _DATA["rejections"].items()}


def account_event(field_: str, value: Mapping[str, Any]) -> AccountEvent | None:
    """Read one change; None for a field that tells of something else, or a value in which nothing is told."""
    read = _READERS.get(field_)
    return read(value) if read else None


def _quality(value: Mapping[str, Any]) -> AccountEvent:
    word, facts = _word(value, "event"), _limit(value.get("max_daily_conversations_per_business"))
    if word == "THROUGHPUT_UPGRADE":
        facts["throughput"] = "HIGH"
    if word == "FLAGGED":
        facts["quality_rating"] = "RED"
    return AccountEvent(
        f"phone_number_quality_update.{word}", _phone(value), facts.get("messaging_limit", ""), facts=facts
    )


def _name(value: Mapping[str, Any]) -> AccountEvent:
    word = _word(value, "decision").upper()
    facts = {"name_status": _NAME_STATUS.get(word, word)[:40]} if word else {}
    return AccountEvent(
        f"phone_number_name_update.{word}", _phone(value),
        _joined(value.get("requested_verified_name"), value.get("rejection_reason")), facts=facts,
    )  # fmt: skip


def _username(value: Mapping[str, Any]) -> AccountEvent:
    word = (_word(value, "status") or _word(value, "decision")).lower()
    if value.get("context") == "revoked":
        word = "revoked"
    name = text(value.get("username")) or ""
    facts = {"username": "" if word in ("deleted", "revoked") else name[:40]} if word in _USERNAMES else {}
    return AccountEvent(f"business_username_updates.{word}", _phone(value), name, facts=facts)


_USERNAMES: Final = frozenset({"approved", "deleted", "revoked"})


def _update(value: Mapping[str, Any]) -> AccountEvent:
    word = _word(value, "event")
    ban, ended = mapping(value.get("ban_info")), mapping(value.get("disconnection_info"))
    state = (text(ban.get("waba_ban_state")) or "") if word == "DISABLED_UPDATE" else ""
    key = f"account_update.{word}.{state}" if state else f"account_update.{word}"
    effect: Effect = "disconnect" if word in _ENDS else ""
    if state in ("DISABLE", "REINSTATE") or word == "ACCOUNT_RECONNECTED":
        effect = "hold" if state == "DISABLE" else "release"
    violation, client = mapping(value.get("violation_info")), mapping(value.get("partner_client_certification_info"))
    restrictions = _restrictions(value.get("restriction_info")) if word == "ACCOUNT_RESTRICTION" else None
    detail = _joined(
        ban.get("waba_ban_date"), ended.get("reason"), violation.get("violation_type"), violation.get("remediation"),
        *(each["type"] for each in restrictions or ()), client.get("status"), value.get("country"),
        mapping(value.get("volume_tier_info")).get("tier"),
    )  # fmt: skip
    account = {"country": text(value.get("country")) or ""} if value.get("country") else {}
    return AccountEvent(key, _phone(value, "phone_number"), detail, effect, account=account, restrictions=restrictions)


def _alert(value: Mapping[str, Any]) -> AccountEvent:
    info = mapping(value.get("alert_info")) or value
    word = _word(info, "alert_type")
    facts = {"is_official": True} if word == "OBA_APPROVED" else {}
    return AccountEvent(f"account_alerts.{word}", "", _joined(info.get("alert_description")), facts=facts)


def _review(value: Mapping[str, Any]) -> AccountEvent:
    word = _word(value, "decision").upper()
    return AccountEvent(f"account_review_update.{word}", account={"review_status": word})


def _settings(value: Mapping[str, Any]) -> AccountEvent:
    return AccountEvent("account_settings_update", "", _joined(value.get("type")))


def _capability(value: Mapping[str, Any]) -> AccountEvent:
    told = next((value[name] for name in _LIMITS if value.get(name) is not None), None)
    facts = _limit(told)
    numbers = whole(value.get("max_phone_numbers_per_business")) or whole(value.get("max_phone_numbers_per_waba"))
    account = {"most_numbers": numbers} if numbers else {}
    return AccountEvent(
        "business_capability_update", "", facts.get("messaging_limit", ""), facts=facts, account=account
    )


_LIMITS: Final = ("max_daily_conversations_per_business", "max_daily_conversation_per_phone")


def _status(value: Mapping[str, Any]) -> AccountEvent:
    return AccountEvent(f"business_status_update.{_word(value, 'event')}")


def _security(value: Mapping[str, Any]) -> AccountEvent:
    return AccountEvent(f"security.{_word(value, 'event')}", _phone(value))


def _payment(value: Mapping[str, Any]) -> AccountEvent:
    detail = _joined(value.get("configuration_name"), value.get("provider_name"))
    return AccountEvent(f"payment_configuration_update.{_word(value, 'status')}", "", detail)


_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], AccountEvent]]] = {
    "phone_number_quality_update": _quality,
    "phone_number_name_update": _name,
    # Meta's pages print the same field in three ways.
    **dict.fromkeys(
        ("business_username_updates", "business_username_update", "phone_number_username_update"), _username
    ),
    "account_update": _update,
    "account_alerts": _alert,
    "account_review_update": _review,
    "account_settings_update": _settings,
    "business_capability_update": _capability,
    "business_status_update": _status,
    "security": _security,
    "payment_configuration_update": _payment,
}
FIELDS: Final = tuple(_READERS)


def _limit(told: object) -> dict[str, Any]:
    """The tier, from its name or from a count of people; -1 and whatever is above the highest is unlimited."""
    if isinstance(told, str) and told.startswith("TIER_"):
        return {"messaging_limit": told[:20]}
    count = whole(told)
    if count is None:
        return {}
    tier = next((name for most, name in _TIERS if 0 < count <= most), "TIER_UNLIMITED")
    return {"messaging_limit": tier}


def _restrictions(told: object) -> list[dict[str, Any]]:
    found = []
    for each in sequence(told):
        kind = text(mapping(each).get("restriction_type"))
        if kind is None:
            continue
        until = moment(each.get("expiration"))
        found.append({
            "type": kind[:100], "until": until.isoformat() if until else None,
            "remediation": (text(each.get("remediation")) or "")[:LONGEST_DETAIL],
        })  # fmt: skip
    return found


def _word(value: Mapping[str, Any], name: str) -> str:
    return (text(value.get(name)) or "")[:80]


def _phone(value: Mapping[str, Any], name: str = "display_phone_number") -> str:
    return phone(value.get(name)) or ""


def _joined(*parts: object) -> str:
    return " · ".join(said for part in parts if (said := text(part)))[:LONGEST_DETAIL]
