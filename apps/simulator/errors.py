"""Graph's errors: how they look on the wire, and the words that belong to each code.

The codes that the simulator raises by itself stand here with Meta's titles; for others that a test asks for, the shared
table of error codes has words (apps/whatsapp/data/errors.json, plain data).
"""

import json
import secrets
from functools import cache
from pathlib import Path
from typing import Any

_TABLE = Path(__file__).parents[1] / "whatsapp" / "data" / "errors.json"

_TITLES = {
    1: "API Unknown",
    2: "API Service",
    3: "API Method",
    4: "API Too Many Calls",
    10: "Permission Denied",
    33: "Parameter value is not valid",
    100: "Invalid parameter",
    190: "Access token has expired",
    368: "Temporarily blocked for policies violations",
    80007: "Rate limit issues",
    130403: "User blocked",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    131000: "Something went wrong",
    131005: "Access denied",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131016: "Service unavailable",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131030: "Recipient phone number not in allowed list",
    131031: "Business account has been locked",
    131042: "Business eligibility payment issue",
    131045: "Incorrect certificate",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131050: "User has stopped marketing messages from you",
    131051: "Unsupported message type",
    131052: "Media download error",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    131057: "Account in maintenance mode",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132012: "Parameter format does not match format in the created template",
    132015: "Template is Paused",
    132016: "Template is Disabled",
    133010: "Phone number not registered",
}

_DETAILS = {
    130429: "Cloud API message throughput has been reached.",
    130472: "Failed to send message because this user's phone number is part of an experiment",
    131000: "Message failed to send due to an unknown error.",
    131026: "Message undeliverable.",
    131047: "Message failed to send because more than 24 hours have passed since the customer last replied to this "
    "number.",
    131049: "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    131050: "Recipient has chosen to stop receiving marketing messages from this business.",
    131056: "Message failed to send because there were too many messages sent from this phone number to the same phone "
    "number in a short period of time.",
}

_STATUS = {190: 401, 0: 401, 10: 403, 3: 403, 130429: 429, 2: 503, 131016: 503, 1: 500, 131000: 500}


class GraphError(Exception):
    """A refusal in Graph's words.

    Args:
        code: Graph's `error.code`.
        details: what stands in `error.error_data.details`; none leaves `error_data` out for general Graph codes.
        http: the HTTP status; the code's usual one unless given.
        subcode: `error.error_subcode`.
        message: the whole `error.message`, where Graph doesn't say "(#code) title".
        kind: `error.type`.
        user: `error_user_title` and `error_user_msg`, which the calls for templates and numbers answer.
    """

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        http: int | None = None,
        subcode: int | None = None,
        message: str = "",
        kind: str = "OAuthException",
        user: tuple[str, str] | None = None,
    ) -> None:
        self.code = code
        self.details = details or _DETAILS.get(code, "" if code < 130_000 else title(code))
        self.http = http or _STATUS.get(code, 400)
        self.subcode = subcode
        self.message = message or f"(#{code}) {title(code)}"
        self.kind = kind
        self.user = user
        super().__init__(f"{self.message}: {self.details}")

    def body(self) -> dict[str, Any]:
        """The answer's JSON, with a fresh fbtrace_id."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.user is not None:
            error |= {"is_transient": False, "error_user_title": self.user[0], "error_user_msg": self.user[1]}
        elif self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        return {"error": error | {"fbtrace_id": trace_id()}}


def trace_id() -> str:
    """A token of the look that Graph gives its fbtrace_id."""
    return "A" + secrets.token_urlsafe(16)


def title(code: int) -> str:
    """What Graph calls this code."""
    return _TITLES.get(code) or _shared_titles().get(code) or "Something went wrong"


def failure(code: int, details: str = "") -> dict[str, Any]:
    """One item of `statuses[].errors`."""
    name = title(code)
    return {
        "code": code,
        "title": name,
        "message": name,
        "error_data": {"details": details or _DETAILS.get(code, name)},
        "href": "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes",
    }


def no_such_object(node: str, verb: str = "get") -> GraphError:
    """Code 100 with subcode 33: unknown to Graph, or not for this token."""
    return GraphError(
        100,
        subcode=33,
        message=f"Unsupported {verb} request. Object with ID '{node}' does not exist, cannot be loaded due to missing "
        "permissions, or does not support this operation.",
        kind="GraphMethodException",
    )


def bad_token(subcode: int | None = None) -> GraphError:
    """Code 190."""
    words = {463: "Error validating access token: Session has expired.", 467: "Error validating access token."}
    whole = words.get(subcode or 0, "Invalid OAuth access token - Cannot parse access token")
    return GraphError(190, subcode=subcode, message=whole)


def missing(parameter: str) -> GraphError:
    """Code 131008: a parameter of a message is missing."""
    return GraphError(131008, f"Parameter '{parameter}' is mandatory.")


def invalid(details: str) -> GraphError:
    """Code 131009: a parameter of a message has a value that it can't have."""
    return GraphError(131009, details)


def too_long(parameter: str, most: int) -> GraphError:
    """Code 100, as Graph says it of a text that is too long."""
    details = f"Param {parameter} must be at most {most} characters long."
    return GraphError(100, details, message=f"(#100) {details}")


@cache
def _shared_titles() -> dict[int, str]:
    rows = json.loads(_TABLE.read_text(encoding="utf-8"))["errors"]
    return {row["code"]: row["title"]["en"] for row in rows}
