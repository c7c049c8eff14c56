"""Message templates: their endpoints, their review, their life (whatsapp.md §6).

A template is a row; what will become of it stands in the row as a plan of steps with their times. One task takes the
steps when they are due by the simulator's clock, and each that the business would hear of becomes a webhook.
"""

import asyncio
import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.simulator.clock import Clock
from apps.simulator.errors import GraphError
from apps.simulator.ledger import Ledger
from apps.simulator.limits import table
from apps.simulator.messages import Messages
from apps.simulator.numbers import Numbers
from apps.simulator.signing import escaped
from apps.simulator.switches import Switches
from apps.simulator.template_checks import refused
from apps.simulator.template_library import check_types
from apps.simulator.template_sends import body_values, check_state, check_values, unknown
from apps.simulator.webhooks import Courier

HOUR, DAY = 3600.0, 86400.0
EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
PAUSES = ((3 * HOUR, "FIRST_PAUSE"), (6 * HOUR, "SECOND_PAUSE"))
# What a reviewer finds, by a word in the template's name.
REASONS = {
    "abusive": "ABUSIVE_CONTENT", "scam": "SCAM", "promo": "PROMOTIONAL", "category": "INCORRECT_CATEGORY",
    "tag": "TAG_CONTENT_MISMATCH",
}  # fmt: skip
DIRECT, DIRECT_LANGUAGE = "AUTO_GENERATED", "en_US"
_RULES = table("templates")
Template = dict[str, Any]


@dataclass(frozen=True)
class Hold:
    """A message waits so many seconds for a verdict on its template, and is dropped then or goes on."""

    seconds: float
    dropped: bool


class Templates:
    """All templates, in the ledger, and what becomes of them."""

    def __init__(
        self, *, ledger: Ledger, numbers: Numbers, messages: Messages, courier: Courier, switches: Switches,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._ledger, self._numbers, self._messages, self._courier = ledger, numbers, messages, courier
        self._switches, self._clock = switches, clock
        self._kicked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Go on with what is planned."""
        self._task = asyncio.get_running_loop().create_task(self._live())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def kick(self) -> None:
        """Look again: a plan or the clock has changed."""
        self._kicked.set()

    def clear(self) -> None:
        self._ledger.write("DELETE FROM templates")

    def get(self, template_id: str) -> Template | None:
        row = self._ledger.row("SELECT data FROM templates WHERE id = ? AND deleted_at IS NULL", (template_id,))
        return None if row is None else dict(json.loads(row["data"]))

    def of_account(self, waba_id: str) -> list[Template]:
        """The account's templates, newest first."""
        rows = self._ledger.rows(
            "SELECT data FROM templates WHERE waba_id = ? AND deleted_at IS NULL ORDER BY id DESC", (waba_id,)
        )
        return [dict(json.loads(row["data"])) for row in rows]

    def find(self, waba_id: str, name: str, language: str) -> Template | None:
        row = self._ledger.row(
            "SELECT data FROM templates WHERE waba_id = ? AND name = ? AND language = ? AND deleted_at IS NULL",
            (waba_id, name, language),
        )
        return None if row is None else dict(json.loads(row["data"]))

    def create(self, waba_id: str, body: dict[str, Any]) -> Template:
        """Take a template whose shape is right; its review begins.

        Raises:
            GraphError: 100 with 2388019, 2388023 or 2388024.
        """
        self._check_room(waba_id, body["name"], body["language"], self._clock.now())
        template = self._new(waba_id, body)
        if template["category"] == "UTILITY" and "promo" in template["name"]:
            template["category"] = "MARKETING"  # as Meta's own look at a template decides
        if template["library_template_name"]:
            self._save(template | {"status": "APPROVED"})
            return template | {"status": "APPROVED"}
        self._plan_review(template)
        return template

    def take_in(self, waba_id: str, other: Template) -> Template:
        """Another account's template comes here, approved as it was.

        Raises:
            GraphError: as of `create`.
        """
        self._check_room(waba_id, other["name"], other["language"], self._clock.now())
        template = self._new(waba_id, other) | {key: other[key] for key in ("status", "quality", "components")}
        self._save(template)
        return template

    def _new(self, waba_id: str, body: dict[str, Any]) -> Template:
        return {
            "id": self._new_id(),
            "waba_id": waba_id,
            "name": body["name"],
            "language": body["language"],
            "category": body["category"],
            "components": _as_stored(body["components"], body["language"]),
            "parameter_format": str(body.get("parameter_format") or "POSITIONAL").upper(),
            "status": "PENDING",
            "rejected_reason": "NONE",
            "quality": "UNKNOWN",
            "message_send_ttl_seconds": body.get("message_send_ttl_seconds"),
            "cta_url_link_tracking_opted_out": bool(body.get("cta_url_link_tracking_opted_out")),
            "library_template_name": body.get("library_template_name"),
            "created_at": self._clock.now(),
            "edits": [],
            "pauses": 0,
            "plan": [],
        }

    def edit(self, template: Template, body: dict[str, Any]) -> None:
        """Replace what a template says; its review begins anew.

        Raises:
            GraphError: 100 with 2388039.
        """
        now = self._clock.now()
        if template.get("source") == DIRECT:
            raise refused(2388318, "A template of Direct Send can't be edited.")
        if template["status"] not in EDITABLE:
            raise refused(2388039, "A template in this state can't be edited.")
        if template["status"] == "APPROVED":
            if body["category"] != template["category"]:
                raise refused(2388039, "The category of an approved template can't be changed.")
            for cap in _RULES["edit"]["of_approved"]:
                if sum(at > now - cap["seconds"] for at in template["edits"]) >= cap["count"]:
                    raise refused(2388039, "Approved templates can be edited once a day and 10 times in 30 days.")
            template["edits"].append(now)
        template["category"] = body["category"]
        template["components"] = _as_stored(body["components"], template["language"])
        template["message_send_ttl_seconds"] = body.get(
            "message_send_ttl_seconds", template["message_send_ttl_seconds"]
        )
        template["status"], template["rejected_reason"] = "PENDING", "NONE"
        self._plan_review(template)
        self._send(template, "message_template_components_update", _contents(template))

    def delete(self, templates: list[Template]) -> None:
        """Take templates away; the names of approved ones are locked for 30 days.

        Raises:
            GraphError: 100, one is disabled; with 2388330, one is Direct Send's.
        """
        if any(each.get("source") == DIRECT for each in templates):
            raise refused(2388330, "A template of Direct Send can't be deleted.")
        if any(each["status"] == "DISABLED" for each in templates):
            raise refused(None, "A disabled template can't be deleted.")
        now = self._clock.now()
        for each in templates:
            locked = each["status"] in ("APPROVED", "PAUSED", "FLAGGED")
            self._ledger.write(
                "UPDATE templates SET deleted_at = ?, locked = ?, due_at = NULL WHERE id = ?", (now, locked, each["id"])
            )
            self._tell(each, "PENDING_DELETION" if locked else "DELETED", reason=None if locked else "NONE")

    def unpause(self, template: Template) -> bool:
        """Whether it was paused."""
        if template["status"] != "PAUSED":
            return False
        self.become(template, "APPROVED", "UNPAUSE")
        return True

    def become(self, template: Template, status: str, title: str = "", reason: str = "NONE") -> None:
        """Change a template's state, and tell the business."""
        template["status"], template["plan"] = status, []
        template["rejected_reason"] = reason if status == "REJECTED" else "NONE"
        more: dict[str, Any] = {}
        if title:
            more["other_info"] = {"title": title, "description": f"The template is {status.lower()}."}
        if status == "DISABLED":
            more["disable_info"] = {"disable_date": int(self._clock.now())}
        if reason == "INVALID_FORMAT":
            words = {"reason": "The template has an invalid format.", "recommendation": "Check its variables."}
            more["rejection_info"] = words
        self._save(template)
        self._tell(template, status, reason=reason, **more)

    def rate(self, template: Template, quality: str) -> None:
        """Another quality. RED pauses: for three hours, then for six, and the third time for good."""
        before, template["quality"] = template["quality"], quality
        self._save(template)
        self._send(
            template, "message_template_quality_update",
            {"previous_quality_score": before, "new_quality_score": quality} | _names(template),
        )  # fmt: skip
        if quality == "RED" and template["status"] in ("APPROVED", "FLAGGED"):
            self._pause(template)

    def recategorize(self, template: Template, category: str, notice: float = DAY) -> None:
        """Find the category wrong: a notice now, the change after `notice` seconds; 0 changes it without one."""
        if notice:
            at = self._clock.now() + notice
            told = {"new_category": template["category"], "correct_category": category}
            self._send(
                template, "template_category_update", _names(template) | told | {"category_update_timestamp": int(at)}
            )
            template["correct_category"] = category
            template["plan"].append({"at": at, "category": category})
            self._save(template)
        else:
            self._change_category(template, category)

    def check_send(self, waba_id: str, body: dict[str, Any]) -> None:
        """Refuse a send that this template doesn't allow; what nobody created here is refused if we are strict.

        Raises:
            GraphError: 132000, 132001, 132012, 132015, 132016, 132018.
        """
        template = self._sent(waba_id, body)
        if template is not None:
            check_state(template)
            given, named = body["template"].get("components"), template["parameter_format"] == "NAMED"
            check_values(template["components"], given, named=named)
            if library := template.get("library_template_name"):
                check_types(library, template["language"], body_values(given))
        elif body["type"] == "template" and self._switches.templates == "strict":
            raise unknown(body["template"]["name"], body["template"]["language"]["code"])

    def category_of(self, waba_id: str, body: dict[str, Any]) -> str | None:
        """The category of the template that a message is sent as, in small letters; None of others."""
        template = self._sent(waba_id, body)
        return None if template is None else str(template["category"]).lower()

    def direct(self, waba_id: str, body: dict[str, Any]) -> str:
        """The id of the hidden template behind a message of Direct Send."""
        text = body["text"]["body"] if body["type"] == "text" else body["interactive"]["body"]["text"]
        name = (body.get("direct_send_config") or {}).get("template_name")
        name = name or f"direct_{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        known = self.find(waba_id, name, DIRECT_LANGUAGE)
        if known is None:
            known = self._new(waba_id, {
                "name": name, "language": DIRECT_LANGUAGE, "category": body["category"].upper(),
                "components": [{"type": "BODY", "text": text}],
            }) | {"status": "APPROVED", "source": DIRECT}  # fmt: skip
            self._save(known)
        return str(known["id"])

    def pace(self, waba_id: str, body: dict[str, Any]) -> Hold | None:
        """How long a message waits until Meta has seen how the first ones of its template are received."""
        switches, template = self._switches, self._sent(waba_id, body)
        if switches.template_pacing == "off" or template is None:
            return None
        if template["category"] != "MARKETING" or template["quality"] == "GREEN":
            return None
        now, sent = self._clock.now(), template.get("sent", 0)
        template["sent"] = sent + 1
        if sent >= switches.template_pacing_first and "pace_ends" not in template:
            template["pace_ends"] = now + switches.template_pacing_seconds
            if switches.template_pacing == "drop":
                template["plan"].append(
                    {"at": template["pace_ends"], "status": "PAUSED", "title": "RATE_LIMITING_PAUSE"}
                )
        self._save(template)
        left = template.get("pace_ends", now) - now
        return Hold(left, dropped=switches.template_pacing == "drop") if left > 0 else None

    def _sent(self, waba_id: str, body: dict[str, Any]) -> Template | None:
        if body["type"] != "template":
            return None
        part = body["template"]
        return self.find(waba_id, part["name"], str(part["language"].get("code", "")).replace("-", "_"))

    # How it goes on.

    async def _live(self) -> None:
        while True:
            self._kicked.clear()
            wait = self._settle()
            try:
                await asyncio.wait_for(self._kicked.wait(), wait)
            except TimeoutError:
                continue

    def _settle(self) -> float | None:
        """Take the steps that are due; returns the seconds until the next one."""
        now = self._clock.now()
        for row in self._ledger.rows("SELECT data FROM templates WHERE due_at <= ? ORDER BY due_at, id", (now,)):
            template = dict(json.loads(row["data"]))
            due = [step for step in template["plan"] if step["at"] <= now]
            template["plan"] = [step for step in template["plan"] if step["at"] > now]
            for step in due:
                self._take(template, step)
            self._save(template)
        first = self._ledger.rows("SELECT min(due_at) AS next FROM templates")[0]["next"]
        return None if first is None else max(first - now, 0.001)

    def _take(self, template: Template, step: dict[str, Any]) -> None:
        if "category" in step:
            self._change_category(template, step["category"])
            return
        later = template["plan"]
        self.become(template, step["status"], step.get("title", ""), step.get("reason", "NONE"))
        template["plan"] = [each for each in later if "category" in each]

    def _plan_review(self, template: Template) -> None:
        """What the reviewer will say, and when; `template_review` hold leaves it pending."""
        template["plan"] = [step for step in template["plan"] if "category" in step]
        if self._switches.template_review != "hold" and "hold" not in template["name"]:
            at = self._clock.now() + self._switches.template_review_seconds
            template["plan"].append({"at": at} | self._verdict(template))
        self._save(template)

    def _verdict(self, template: Template) -> dict[str, str]:
        if self._switches.template_review == "reject" or "reject" in template["name"]:
            found = [reason for word, reason in REASONS.items() if word in template["name"]]
            return {"status": "REJECTED", "reason": found[0] if found else "INVALID_FORMAT"}
        if template["category"] != "AUTHENTICATION" and self._said_before(template):
            return {"status": "REJECTED", "reason": "INVALID_FORMAT"}
        return {"status": "APPROVED"}

    def _said_before(self, template: Template) -> bool:
        """Whether another one has the same body and footer in the same language."""
        others = (
            each
            for each in self.of_account(template["waba_id"])
            if each["id"] != template["id"]
            and each["language"] == template["language"]
            and each["status"] != "REJECTED"
        )
        return any(_said(each) == _said(template) for each in others)

    def _pause(self, template: Template) -> None:
        count = template["pauses"]
        template["pauses"] += 1
        if count >= len(PAUSES):
            self.become(template, "DISABLED", "DISABLED")
            return
        seconds, title = PAUSES[count]
        self.become(template, "PAUSED", title)
        at = self._clock.now() + seconds
        template["plan"].append({"at": at, "status": "APPROVED", "title": "UNPAUSE"})
        self._save(template)

    def _change_category(self, template: Template, category: str) -> None:
        told = {"previous_category": template["category"], "new_category": category}
        template["previous_category"], template["category"] = template["category"], category
        template.pop("correct_category", None)
        self._save(template)
        self._send(template, "template_category_update", _names(template) | told)

    def _check_room(self, waba_id: str, name: str, language: str, now: float) -> None:
        locked = self._ledger.row(
            "SELECT 1 FROM templates WHERE waba_id = ? AND name = ? AND language = ? AND locked AND deleted_at > ?",
            (waba_id, name, language, now - _RULES["name_locked_seconds"]),
        )
        if locked:
            raise refused(2388023, "Content in this language can't be added while the existing one is being deleted.")
        if self.find(waba_id, name, language):
            raise refused(2388024, "Content in this language already exists. You can edit it.")
        if len(self.of_account(waba_id)) >= self._switches.template_limit:
            raise refused(2388019, "The number of templates of this account has reached its limit.")
        hour = self._ledger.row(
            "SELECT count(*) AS n FROM templates WHERE waba_id = ? AND created_at > ?", (waba_id, now - HOUR)
        )
        if hour and hour["n"] >= _RULES["created_per_hour"]:
            raise GraphError(80007, "There have been too many calls to this WhatsApp Business account.", http=400)

    def _new_id(self) -> str:
        row = self._ledger.row("SELECT max(CAST(id AS INTEGER)) AS last FROM templates")
        return str(max((row["last"] or 0) if row else 0, 7_700_000_000) + 1)

    def _save(self, template: Template) -> None:
        due = min((step["at"] for step in template["plan"]), default=None)
        self._ledger.write(
            "INSERT INTO templates (id, waba_id, name, language, data, created_at, due_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET data = excluded.data, due_at = excluded.due_at",
            (
                template["id"], template["waba_id"], template["name"], template["language"], json.dumps(template),
                template["created_at"], due,
            ),
        )  # fmt: skip
        self.kick()

    def _tell(self, template: Template, event: str, *, reason: str | None = "NONE", **more: Any) -> None:
        told = {"event": event, "reason": reason, "message_template_category": template["category"]}
        self._send(template, "message_template_status_update", told | _names(template) | more)

    def _send(self, template: Template, field: str, value: dict[str, Any]) -> None:
        """To each app of the account, once."""
        change, told = escaped({"value": value, "field": field}), set()
        for number in self._numbers:
            if number.waba_id == template["waba_id"] and number.app_id not in told:
                told.add(number.app_id)
                delivery = self._messages.add_raw_webhook(number.phone_number_id, change, self._clock.now())
                self._courier.take([delivery])


def as_graph(template: Template, fields: str = "") -> dict[str, Any]:
    """A template with the fields asked for.

    Raises:
        GraphError: 100, there is no such field.
    """
    known: dict[str, Any] = {
        **{key: template[key] for key in ("id", "name", "language", "status", "category", "components")},
        "parameter_format": template["parameter_format"],
        "rejected_reason": template["rejected_reason"],
        "quality_score": {"score": template["quality"], "date": int(template["created_at"])},
        "previous_category": template.get("previous_category"),
        "correct_category": template.get("correct_category"),
        "sub_category": None,
        "message_send_ttl_seconds": template["message_send_ttl_seconds"],
        "cta_url_link_tracking_opted_out": template.get("cta_url_link_tracking_opted_out", False),
        "library_template_name": template.get("library_template_name"),
        "degrees_of_freedom_spec": None,
        "health_status": {"can_send_message": "AVAILABLE", "entities": []},
    }
    usual = "name,parameter_format,components,language,status,category,id"
    wanted = [field.split("{")[0] for field in (fields or usual).split(",")] + ["id"]
    for field in wanted:
        if field not in known:
            raise GraphError(100, message=f"(#100) Tried accessing nonexisting field ({field}) on node type (Template)")
    return {field: known[field] for field in dict.fromkeys(wanted) if known[field] is not None}


def page(templates: list[Template], query: dict[str, str]) -> dict[str, Any]:
    """A page of templates, filtered as `query` asks.

    Raises:
        GraphError: 131059, a cursor that is none; 100, an unknown field.
    """
    found = [each for each in templates if all(test(each) for test in _filters(query))]
    limit = min(int(query["limit"]), 500) if query.get("limit", "").isdigit() else 25
    start = 0
    if after := query.get("after"):
        place = _place(after)
        start = next((index for index, each in enumerate(found) if int(each["id"]) < place), len(found))
    rows = found[start : start + limit]
    answer: dict[str, Any] = {"data": [as_graph(each, query.get("fields", "")) for each in rows]}
    if rows:
        cursors = {"before": _cursor(rows[0]), "after": _cursor(rows[-1])}
        more = {"next": f"https://graph.facebook.com/?after={cursors['after']}"} if found[start + limit :] else {}
        answer["paging"] = {"cursors": cursors} | more
    if "summary" in query:
        answer["summary"] = {
            "total_count": len(found),
            "message_template_count": len(templates),
            "message_template_limit": _RULES["per_account"]["verified"],
            "are_translations_complete": True,
        }
    return answer


def _filters(query: dict[str, str]) -> list[Callable[[Template], bool]]:
    source = query.get("source", "").strip(' "[]') or None
    tests: list[Callable[[Template], bool]] = [lambda each: each.get("source") == source]
    for key in ("status", "category", "language", "quality_score"):
        if wanted := query.get(key):
            words = {each.strip(' "[]').upper() for each in wanted.split(",")}
            name = "quality" if key == "quality_score" else key
            tests.append(lambda each, name=name, words=words: str(each[name]).upper() in words)  # type: ignore[misc]
    if part := query.get("name"):
        tests.append(lambda each: part in each["name"])
    if text := query.get("name_or_content"):
        tests.append(lambda each: text in each["name"] or text in json.dumps(each["components"], ensure_ascii=False))
    return tests


def _cursor(template: Template) -> str:
    return urlsafe_b64encode(template["id"].encode()).decode()


def _place(cursor: str) -> int:
    try:
        return int(urlsafe_b64decode(cursor.encode()))
    except ValueError as error:
        raise GraphError(131059, "The cursor is not valid.") from error


def _names(template: Template) -> dict[str, Any]:
    return {
        "message_template_id": int(template["id"]),
        "message_template_name": template["name"],
        "message_template_language": template["language"],
    }


def _contents(template: Template) -> dict[str, Any]:
    """What a template says, as `message_template_components_update` tells it."""
    texts = {each["type"]: each.get("text") for each in template["components"]}
    told = {
        "message_template_title": texts.get("HEADER"),
        "message_template_element": texts.get("BODY"),
        "message_template_footer": texts.get("FOOTER"),
    }
    rows: list[dict[str, Any]] = []
    for each in template["components"]:
        rows += each["buttons"] if each["type"] == "BUTTONS" else []
    names = {"type": "type", "text": "text", "url": "url", "phone_number": "phone_number"}
    buttons = [
        {f"message_template_button_{name}": row[key] for key, name in names.items() if key in row} for row in rows
    ]
    known = {key: text for key, text in told.items() if text}
    return _names(template) | known | ({"message_template_buttons": buttons} if buttons else {})


def _said(template: Template) -> tuple[str, str]:
    texts = {each["type"]: str(each.get("text", "")) for each in template["components"]}
    cards = json.dumps([each for each in template["components"] if each["type"] == "CAROUSEL"])
    return texts.get("BODY", "") + cards, texts.get("FOOTER", "")


def _as_stored(components: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """As Graph answers them: samples by address, an authentication template with its text and a URL button."""
    texts = _RULES["authentication"]["texts"]
    words = texts.get(language[:2], texts["en"])
    return [_stored(each, words) for each in components]


def _stored(component: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    kept = dict(component)
    if kept["type"] == "BODY" and "text" not in kept:
        security = f" {words['security']}" if kept.get("add_security_recommendation") else ""
        kept |= {"text": words["body"] + security, "example": {"body_text": [["123456"]]}}
    if kept["type"] == "FOOTER" and "text" not in kept:
        kept["text"] = words["expiration"].format(minutes=kept.get("code_expiration_minutes"))
    handles = (kept.get("example") or {}).get("header_handle")
    if handles:
        urls = [f"https://scontent.whatsapp.net/v/{str(each).removeprefix('4::')}" for each in handles]
        kept["example"] = kept["example"] | {"header_handle": urls}
    if "buttons" in kept:
        kept["buttons"] = [_stored_button(each, words) for each in kept["buttons"]]
    if "cards" in kept:
        kept["cards"] = [
            {"components": [_stored(each, words) for each in card["components"]]} for card in kept["cards"]
        ]
    return kept


def _stored_button(button: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    if button["type"] != "OTP":
        return button
    url = f"https://www.whatsapp.com/otp/code/?otp_type={button['otp_type']}&code=otp{{{{1}}}}"
    return {
        "type": "URL",
        "text": button.get("text") or words["button"],
        "url": url,
        "example": [url.replace("{{1}}", "123456")],
    }
