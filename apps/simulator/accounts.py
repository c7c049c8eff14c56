"""What becomes of a number beside its messages: registration, PIN, names, profile, short links, blocked people, its
token and its account's fate (whatsapp.md §2, §8, §10). Kept in the ledger's notes, one JSON a number.

A refusal is Graph's, with the subcodes and the words for people that these calls still answer.
"""

import json
import secrets
import unicodedata
from typing import Any

from apps.simulator.clock import Clock
from apps.simulator.customers import Customer, is_bsuid
from apps.simulator.errors import GraphError
from apps.simulator.ledger import Ledger
from apps.simulator.limits import length, table
from apps.simulator.numbers import Number

KEY = "account "
CODE_SECONDS = 30  # of a code of Embedded Signup
SYNC_SECONDS = 86_400  # after it, in which the phone's app hands over what it knows
SCOPES = ["whatsapp_business_management", "whatsapp_business_messaging"]

State = dict[str, Any]


class Accounts:
    """The state of every number, as far as somebody has changed it."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock
        self._states: dict[str, State] = {}

    def of(self, number: Number) -> State:
        """The number's state, which the caller may change and then `keep()`."""
        known = self._states.get(number.phone_number_id)
        if known is None:
            note = self._ledger.note(KEY + number.phone_number_id)
            known = self._states[number.phone_number_id] = _fresh() | json.loads(note or "{}")
        return known

    def keep(self, number: Number) -> None:
        self._ledger.keep_note(KEY + number.phone_number_id, json.dumps(self.of(number)))

    def clear(self) -> None:
        self._states.clear()
        self._ledger.write("DELETE FROM notes WHERE key LIKE ?", (KEY + "%",))

    def is_dead(self, numbers: list[Number]) -> bool:
        """Whether the token that reaches these numbers has ended."""
        return any(self._token_ended(self.of(number)["token"]) for number in numbers)

    def _token_ended(self, token: State) -> bool:
        ends = token["expires_at"]
        return not token["is_valid"] or bool(ends and ends <= self._clock.now())

    # --- Registration ---------------------------------------------------------------------------------------------

    def register(self, number: Number, pin: str, region: str) -> None:
        """
        Raises:
            GraphError: 133016 too often; 133005 wrong PIN, 133008 too many of them; 133006 the number isn't verified.
        """
        state, limits = self.of(number), table("numbers")
        if number.coexistence:
            raise GraphError(100, "A number of the WhatsApp Business app can't be registered.")
        self._count(number, "registered", table("rates.registration"), 133016)
        if not (pin.isdigit() and len(pin) == limits["pin_digits"]):
            raise GraphError(100, "pin must have six digits.")
        if region and region not in limits["regions"]:
            raise GraphError(100, "data_localization_region is not one of the regions.")
        if state["verification"] != "VERIFIED":
            raise GraphError(133006)
        self._check_pin(number, pin)
        state["pin"], number.registered = pin, True
        if state["new_name_status"] == "APPROVED":
            number.verified_name, state["new_name"], state["new_name_status"] = state["new_name"], "", "NONE"

    def deregister(self, number: Number) -> None:
        """
        Raises:
            GraphError: 133016 too often; 100 it lives in the phone's app.
        """
        if number.coexistence:
            raise GraphError(100, "A number of the WhatsApp Business app is disconnected there.")
        self._count(number, "deregistered", table("rates.registration"), 133016)
        number.registered = False

    def _check_pin(self, number: Number, pin: str) -> None:
        state = self.of(number)
        if not state["pin"] or state["pin"] == pin:
            state["pin_misses"] = 0
            return
        state["pin_misses"] += 1
        self.keep(number)
        raise GraphError(133008 if state["pin_misses"] > table("numbers")["pin_guesses"] else 133005)

    def request_code(self, number: Number, method: str, language: str) -> None:
        """
        Raises:
            GraphError: 136024, with 2388091 for a number that is verified, or 2388004 too often.
        """
        state = self.of(number)
        if method not in ("SMS", "VOICE") or not language:
            raise GraphError(100, message="(#100) Param code_method must be one of {SMS, VOICE}")
        if state["verification"] == "VERIFIED":
            raise _refused(136024, 2388091, "Not eligible", "This number is verified already.")
        self._count(number, "codes", table("numbers.code_requests"), 136024, 2388004)
        digits = int(table("numbers")["code_digits"])
        state["code"] = "".join(secrets.choice("0123456789") for _ in range(digits))
        state["code_until"] = self._clock.now() + table("numbers")["code_seconds"]

    def verify_code(self, number: Number, code: str) -> None:
        """
        Raises:
            GraphError: 136025, the code is wrong, old or used.
        """
        state = self.of(number)
        if not state["code"] or state["code"] != code or state["code_until"] < self._clock.now():
            raise _refused(136025, None, "Wrong code", "The code is wrong, too old, or was used before.")
        state["code"], state["verification"] = "", "VERIFIED"

    def set_pin(self, number: Number, pin: str) -> None:
        if not (pin.isdigit() and len(pin) == table("numbers")["pin_digits"]):
            raise GraphError(100, "pin must have six digits.")
        self.of(number).update(pin=pin, pin_misses=0)

    def request_name(self, number: Number, name: str) -> None:
        """
        Raises:
            GraphError: 100, it is empty, or was changed too often.
        """
        if not name.strip():
            raise GraphError(100, "new_display_name must not be empty.")
        self._count(number, "names", table("numbers.name_changes"), 100)
        self.of(number).update(new_name=name, new_name_status="PENDING_REVIEW")

    def _count(self, number: Number, what: str, limit: State, code: int, subcode: int | None = None) -> None:
        """Take note of a call that only so many of are taken."""
        state, now = self.of(number), self._clock.now()
        recent = [at for at in state["calls"].get(what, []) if at > now - limit["window_seconds"]]
        if len(recent) >= limit["calls"]:
            raise (
                GraphError(code, subcode=subcode) if subcode is None else _refused(code, subcode, "Too often", "Later.")
            )
        state["calls"][what] = [*recent, now]
        self.keep(number)

    # --- What customers see ---------------------------------------------------------------------------------------

    def change_profile(self, number: Number, given: State, picture: str | None) -> None:
        """
        Raises:
            GraphError: 100, a part is too long or unknown, or the handle is none.
        """
        limits, profile = table("numbers.profile"), dict(self.of(number)["profile"])
        profile |= _checked_texts(given, limits)
        if "websites" in given:
            profile["websites"] = _checked_websites(given["websites"], limits)
        if "profile_picture_handle" in given:
            if picture not in limits["picture"]["mime_types"]:
                raise _refused(100, 2494102, "Invalid handle", "The picture's handle is none, or is no picture.")
            profile["profile_picture_url"] = f"https://pps.whatsapp.net/v/{number.phone_number_id}.jpg"
        self.of(number)["profile"] = profile

    def save_link(self, number: Number, given: State) -> State:
        """A short link, new or with another text.

        Raises:
            GraphError: 100, no such code, a text that is none, or there are too many.
        """
        limits, links = table("numbers.qr_codes"), self.of(number)["links"]
        _check_text(given.get("prefilled_message"), "prefilled_message", limits["message"]["max"], least=1)
        code = str(given.get("code") or "")
        if code and code not in links:
            raise GraphError(100, subcode=33, message="(#100) There is no such QR code.")
        if not code and len(links) >= limits["count"]["max"]:
            raise GraphError(100, "This number has as many QR codes as it may have.")
        code = code or secrets.token_hex(7).upper()
        links[code] = {
            "code": code,
            "prefilled_message": given["prefilled_message"],
            "deep_link_url": f"https://wa.me/message/{code}",
        }
        return dict(links[code])

    def automate(self, number: Number, given: State) -> None:
        """
        Raises:
            GraphError: 100, too many, too long, or an emoji.
        """
        limits = table("numbers.automation")
        prompts, commands = (_as_json(given.get(name, [])) for name in ("prompts", "commands"))
        if not isinstance(prompts, list) or len(prompts) > limits["prompts"]["max"]:
            raise GraphError(100, f"At most {limits['prompts']['max']} prompts.")
        if not isinstance(commands, list) or len(commands) > limits["commands"]["max"]:
            raise GraphError(100, f"At most {limits['commands']['max']} commands.")
        for prompt in prompts:
            _check_text(prompt, "prompts", limits["prompt"]["max"], least=1, emoji=False)
        if not all(isinstance(command, dict) for command in commands):
            raise GraphError(100, "A command is an object.")
        for command in commands:
            for name in ("command_name", "command_description"):
                _check_text(command.get(name), name, limits[name]["max"], least=1, emoji=False)
        self.of(number)["automation"] = {"enable_welcome_message": False, "prompts": prompts, "commands": commands}

    def block(self, number: Number, who: list[tuple[str, str, bool]], *, blocked: bool) -> State:
        """Block or unblock people; what Graph answers, with an `error` where some failed.

        Args:
            who: what was asked for, the person's key, and whether they wrote within a day.
        """
        known, done, failed = self.of(number)["blocked"], [], []
        most = table("numbers.blocked")["count"]["max"]
        for asked, key, wrote in who:
            full = blocked and key not in known and len(known) >= most
            if blocked and (full or not wrote):
                words = f"A number blocks at most {most} people." if full else "They didn't write within 24 hours."
                trouble = {
                    "message": "Blocklist limit reached" if full else "Re-engagement required",
                    "code": 139101 if full else 131047,
                    "error_data": {"details": words},
                }
                failed.append(named(key) | {"input": asked, "errors": [trouble]})
                continue
            known[key] = True
            if not blocked:
                del known[key]
            done.append(named(key) | {"input": asked})
        name = "added_users" if blocked else "removed_users"
        answer: State = {
            "messaging_product": "whatsapp",
            "block_users": {name: done} | ({"failed_users": failed} if failed else {}),
        }
        return answer | (GraphError(139100, "Some users can't be blocked.").body() if failed else {})

    def has_blocked(self, number: Number, customer: Customer | None, address: str) -> bool:
        """Whether the business has blocked this person."""
        keys = {address.lstrip("+")} | ({customer.wa_id, customer.user_id} if customer else set())
        return not keys.isdisjoint(self.of(number)["blocked"])

    # --- The token ------------------------------------------------------------------------------------------------

    def token(self, numbers: list[Number]) -> State:
        """What debug_token says of a token that reaches these numbers; none makes it invalid."""
        if not numbers:
            return {"is_valid": False, "scopes": [], "error": {"code": 190, "message": "Invalid OAuth access token."}}
        known = [self.of(one)["token"] for one in numbers]
        state = next((each for each in known if each != _fresh()["token"]), known[0])
        wabas = sorted({one.waba_id for one in numbers})
        ended = self.is_dead(numbers)
        trouble = {"error": {"code": 190, "subcode": 463, "message": "The session has expired."}} if ended else {}
        return {
            "app_id": numbers[0].app_id,
            "type": "SYSTEM_USER",
            "application": "PyTake",
            "is_valid": not ended,
            "expires_at": int(state["expires_at"]),
            "data_access_expires_at": 0,
            "scopes": state["scopes"],
            "granular_scopes": [{"scope": scope, "target_ids": wabas} for scope in state["scopes"]],
        } | trouble

    def sign_up(self, number: Number) -> str:
        """A code as the browser gets it at the end of Embedded Signup."""
        code = secrets.token_urlsafe(24)
        self.of(number)["signup"] = {"code": code, "until": self._clock.now() + CODE_SECONDS}
        self.of(number)["signed_up_at"] = self._clock.now()
        self.keep(number)
        return code

    def take_code(self, numbers: list[Number], code: str) -> Number:
        """The number that a code was made for; it is used up.

        Raises:
            GraphError: 100 with 36009, it is too old, used, or none.
        """
        for number in numbers:
            known = self.of(number)["signup"]
            if known.get("code") == code and known["until"] >= self._clock.now():
                self.of(number)["signup"] = {}
                self.keep(number)
                return number
        raise GraphError(100, subcode=36009, message="This authorization code has been used or has expired.")

    def start_sync(self, number: Number, kind: str) -> None:
        """
        Raises:
            GraphError: 100 no such kind, or no number of the phone's app; 2593107, it was asked for before; 2593108,
                the number was signed up more than a day ago.
        """
        if not number.coexistence or kind not in ("smb_app_state_sync", "history"):
            raise GraphError(100, "sync_type is not valid for this number.")
        if kind in self.of(number)["synced"]:
            raise GraphError(2593107, message="(#2593107) Sync was requested before.")
        signed_up = self.of(number)["signed_up_at"]
        if signed_up and signed_up < self._clock.now() - SYNC_SECONDS:
            raise GraphError(2593108, message="(#2593108) Sync must be requested within 24 hours of onboarding.")
        self.of(number)["synced"].append(kind)


def named(key: str) -> State:
    """A person by the one name that is known of them."""
    return {"input": key} | ({"user_id": key} if is_bsuid(key) else {"wa_id": key})


def shown(number: Number, state: State) -> State:
    """What of a number's fields is other than a plain number's."""
    blocked = not number.registered or state["ban"] == "DISABLE"
    sending = "BLOCKED" if blocked else "LIMITED" if state["restrictions"] else "AVAILABLE"
    entity = {"entity_type": "PHONE_NUMBER", "id": number.phone_number_id, "can_send_message": sending}
    if state["health_errors"]:
        entity["errors"] = state["health_errors"]
    fields: State = {
        "code_verification_status": state["verification"],
        "name_status": state["name_status"],
        "new_name_status": state["new_name_status"],
        "is_pin_enabled": bool(state["pin"]),
        "whatsapp_business_manager_messaging_limit": state["limit"],
        "messaging_limit_tier": state["limit"],
        "is_official_business_account": state["official"],
        "username": state["username"] or None,
        "conversational_automation": {"id": number.phone_number_id} | state["automation"],
        "health_status": {"can_send_message": sending, "entities": [entity, *_account_health(number)]},
    }
    if state["status"]:
        fields["status"] = state["status"]
    if state["throughput"]:
        fields["throughput"] = {"level": state["throughput"]}
    return fields


def profile_of(state: State, fields: str) -> State:
    """The business profile, with the fields asked for."""
    wanted = [name for name in fields.split(",") if name] or ["messaging_product"]
    known = {"vertical": "UNDEFINED", "messaging_product": "whatsapp"} | state["profile"]
    return {"messaging_product": "whatsapp"} | {name: known[name] for name in wanted if name in known}


def link_of(known: State, fields: str, host: str) -> State:
    """A short link; a picture's address where one is asked for."""
    found = dict(known)
    for image in ("SVG", "PNG"):
        if image in fields.upper():
            found["qr_image_url"] = f"{host}/qr/{known['code']}.{image.lower()}"
    return found


def _fresh() -> State:
    return {
        "calls": {}, "pin": "", "pin_misses": 0, "verification": "VERIFIED", "code": "", "code_until": 0,
        "name_status": "APPROVED", "new_name": "", "new_name_status": "NONE", "limit": "TIER_100K", "official": False,
        "username": "", "automation": {"enable_welcome_message": False, "prompts": [], "commands": []}, "profile": {},
        "links": {}, "blocked": {}, "settings": {}, "token": {"expires_at": 0, "is_valid": True, "scopes": SCOPES},
        "signup": {}, "synced": [], "restrictions": [], "ban": "", "status": "", "throughput": "",
        "health_errors": [], "review": "APPROVED", "insights": True, "reserved": "", "signed_up_at": 0,
        "commerce": {"is_cart_enabled": True, "is_catalog_visible": False},
    }  # fmt: skip


def _account_health(number: Number) -> list[State]:
    return [
        {"entity_type": kind, "id": one, "can_send_message": "AVAILABLE"}
        for kind, one in (("WABA", number.waba_id), ("BUSINESS", f"3{number.waba_id}"), ("APP", number.app_id))
    ]


def _checked_texts(given: State, limits: State) -> State:
    names = ("about", "address", "description", "email", "vertical")
    texts: State = {name: given[name] for name in names if name in given}
    for name, text in texts.items():
        if name != "vertical":
            _check_text(text, name, limits[name]["max"], least=limits[name].get("min", 0))
        elif text not in (*limits["verticals"], ""):
            raise GraphError(100, f"vertical must be one of {', '.join(limits['verticals'])}.")
    return texts


def _checked_websites(given: Any, limits: State) -> list[str]:
    if not isinstance(given, list) or len(given) > limits["websites"]["max"]:
        raise GraphError(100, f"At most {limits['websites']['max']} websites.")
    for website in given:
        _check_text(website, "websites", limits["website"]["max"], least=1)
        if not str(website).startswith(("http://", "https://")):
            raise GraphError(100, "A website begins with http:// or https://.")
    return list(given)


def _as_json(value: Any) -> Any:
    """A parameter as it is, or as JSON in a string, which Graph takes as well."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _check_text(value: Any, name: str, limit: int, *, least: int = 0, emoji: bool = True) -> None:
    if not isinstance(value, str) or not least <= length(value) <= limit:
        raise GraphError(100, f"Param {name} must be a text of {least} to {limit} characters.")
    if not emoji and any(unicodedata.category(sign) == "So" for sign in value):
        raise GraphError(100, f"Param {name} must have no emoji.")


def _refused(code: int, subcode: int | None, title: str, words: str) -> GraphError:
    return GraphError(code, subcode=subcode, user=(title, words))
