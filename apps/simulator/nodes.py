"""Graph's objects as JSON, with `fields=` (whatsapp.md §8)."""

from collections.abc import Mapping
from typing import Any

from apps.simulator.errors import GraphError
from apps.simulator.numbers import Number
from apps.simulator.paging import split_fields

_NUMBER_DEFAULT = (
    "id,verified_name,display_phone_number,code_verification_status,quality_rating,platform_type,throughput,"
    "last_onboarded_time,webhook_configuration"
)
_WABA_DEFAULT = "id,name,currency,timezone_id,message_template_namespace"


def number(one: Number, fields: str = "", more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A phone number with the fields asked for; `more` is what has become of it.

    Raises:
        GraphError: 100, there is no such field.
    """
    known: dict[str, Any] = {
        "id": one.phone_number_id,
        "display_phone_number": one.display_phone_number,
        "verified_name": one.verified_name,
        "quality_rating": one.quality_rating,
        "code_verification_status": "VERIFIED",
        "name_status": "APPROVED",
        "new_name_status": "NONE",
        "status": "CONNECTED" if one.registered else "DISCONNECTED",
        "throughput": {"level": "HIGH" if one.throughput > 80 or not one.throughput else "STANDARD"},
        "whatsapp_business_manager_messaging_limit": "TIER_100K",
        "messaging_limit_tier": "TIER_100K",
        "platform_type": "CLOUD_API",
        "is_on_biz_app": one.coexistence,
        "is_official_business_account": False,
        "is_pin_enabled": True,
        "account_mode": "LIVE",
        "last_onboarded_time": "2026-01-05T12:00:00+0000",
        "health_status": {"can_send_message": "AVAILABLE" if one.registered else "BLOCKED", "entities": []},
        "webhook_configuration": {"application": one.webhook_url}
        | ({"whatsapp_business_account": one.account_override_url} if one.account_override_url else {})
        | ({"phone_number": one.override_url} if one.override_url else {}),
        "quality_score": {"score": one.quality_rating},
        "is_preverified_number": False,
        "search_visibility": "NON_VISIBLE",
        "eligibility_for_api_business_global_search": "NON_ELIGIBLE_UNDEFINED_COUNTRY",
        "certificate": None,
        "new_certificate": None,
        "country_code": None,
        "country_dial_code": None,
        "username": None,
        "conversational_automation": None,
    } | dict(more or {})
    return _chosen(known, fields or _NUMBER_DEFAULT, "WhatsAppBusinessPhoneNumber")


def waba(
    numbers: list[Number], waba_id: str, fields: str = "", more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A WhatsApp Business Account with the fields asked for; `more` is what has become of it, and what is counted.

    Raises:
        GraphError: 100, there is no such field.
    """
    name = next((one.verified_name for one in numbers if one.waba_id == waba_id), "")
    known: dict[str, Any] = {
        "id": waba_id,
        "name": name,
        "currency": "BRL",
        "timezone_id": "25",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "country": "BR",
        "ownership_type": "SELF",
        "owner_business_info": {"id": f"3{waba_id}", "name": name},
        "message_template_namespace": f"simulator_{waba_id}",
        "health_status": {"can_send_message": "AVAILABLE", "entities": []},
        "is_enabled_for_insights": True,
        "primary_funding_id": "1",
        "status": "ACTIVE",
        "marketing_messages_onboarding_status": "ELIGIBLE",
        "marketing_messages_lite_api_status": "ELIGIBLE",
        "disable_marketing_messages_on_cloud_api": False,
        "subscribed_apps": {"data": subscribed_apps([one for one in numbers if one.waba_id == waba_id])},
        "on_behalf_of_business_info": None,
        "primary_business_location": None,
    } | dict(more or {})
    return _chosen(known, fields or _WABA_DEFAULT, "WhatsAppBusinessAccount")


def subscribed_apps(numbers: list[Number]) -> list[dict[str, Any]]:
    """The apps that get a WABA's webhooks."""
    found: dict[str, dict[str, Any]] = {}
    for one in numbers:
        if one.subscribed:
            app = {"id": one.app_id, "name": "PyTake", "link": f"https://www.facebook.com/games/?app_id={one.app_id}"}
            override = {"override_callback_uri": one.account_override_url} if one.account_override_url else {}
            found[one.app_id] = {"whatsapp_business_api_data": app} | override
    return list(found.values())


def subscription(one: Number) -> dict[str, Any]:
    """What an app is subscribed to."""
    return {
        "object": "whatsapp_business_account",
        "callback_url": one.webhook_url,
        "active": one.verified,
        "fields": [{"name": "messages", "version": "v26.0"}],
    }


def _chosen(known: Mapping[str, Any], fields: str, kind: str) -> dict[str, Any]:
    chosen = {"id": known["id"]}
    for name, _ in split_fields(fields):
        if name not in known:
            raise GraphError(100, message=f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})")
        if known[name] is not None:
            chosen[name] = known[name]
    return chosen
