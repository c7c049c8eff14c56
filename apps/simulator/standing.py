"""What a send is refused for because of who sends and to whom: bans, restrictions, ids that won't do, permissions
that are asked for too often (whatsapp.md §1, §3.3, §5.2, §11)."""

from typing import Any

from apps.simulator.errors import GraphError
from apps.simulator.limits import table
from apps.simulator.numbers import Number
from apps.simulator.world import World


def check_standing(world: World, number: Number, body: dict[str, Any], peer: str) -> None:
    """Refuse what this number may not send, or not to this person.

    Args:
        peer: the key of the person's chat.

    Raises:
        GraphError: 131031, 368, 139200, 100, 131062, 138000 or 138009.
    """
    if any(world.accounts.of(one)["ban"] == "DISABLE" for one in world.numbers if one.waba_id == number.waba_id):
        raise GraphError(131031, "The account is disabled for a violation of WhatsApp's policies.")
    state = world.accounts.of(number)
    category = body.get("category", "service")
    if category != "service" and state["limit"] not in table("messages.direct_send")["tiers"]:
        details = "category value requires Direct Send"
        raise GraphError(100, details, message=f"(#100) {details}")
    if state["restrictions"]:
        _check_restrictions(world, number, body, peer)
    if not body.get("to") and is_authentication(world, number, body):
        raise GraphError(131062, "Authentication messages need a phone number.")
    if body["type"] == "interactive":
        _check_calling(world, number, body["interactive"]["type"], peer)


def is_authentication(world: World, number: Number, body: dict[str, Any]) -> bool:
    """Whether a message brings a one-time password."""
    known = world.templates.category_of(number.waba_id, body)
    named = body["type"] == "template" and body["template"]["name"].startswith("authentication")
    return known == "authentication" or (known is None and named) or body.get("category") == "authentication"


def begins(body: dict[str, Any]) -> bool:
    """Whether it is of the kind that needs no open window."""
    return body["type"] == "template" or body.get("category") in ("utility", "authentication")


def _check_restrictions(world: World, number: Number, body: dict[str, Any], peer: str) -> None:
    now, known = world.clock.now(), world.accounts.of(number)["restrictions"]
    kinds = {each["restriction_type"] for each in known if each.get("expiration", now + 1) > now}
    answers = world.messages.window_open(number.phone_number_id, peer, now)
    utility = world.templates.category_of(number.waba_id, body) == "utility"
    if "RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES" in kinds and body.get("category") == "utility":
        raise GraphError(139200)
    if (
        ("RESTRICTED_BIZ_INITIATED_MESSAGING" in kinds and not answers)
        or ("RESTRICTED_CUSTOMER_INITIATED_MESSAGING" in kinds and answers)
        or ("RESTRICTED_UTILITY_TEMPLATES" in kinds and utility)
    ):
        raise GraphError(368, "The account is restricted for violations of WhatsApp's policies.")


def _check_calling(world: World, number: Number, kind: str, peer: str) -> None:
    calling = world.accounts.of(number)["settings"].get("calling") or {}
    if kind == "voice_call" and calling.get("status") == "DISABLED":
        raise GraphError(138000, "Calling is not enabled for this number.")
    if kind == "call_permission_request":
        rules = table("messages.interactive.call_permission_request")
        for count, days in ((rules["per_day"], 1), (rules["per_week"], 7)):
            if (
                world.messages.permissions_asked(number.phone_number_id, peer, world.clock.now() - days * 86_400)
                >= count
            ):
                raise GraphError(138009, f"Permission to call can be asked for {count} times in {days} days.")
