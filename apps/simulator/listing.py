"""What tests and the phone page look at: the ledger, chats, and the list of people."""

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from apps.simulator.customers import Customer, made_up
from apps.simulator.tapping import choices
from apps.simulator.world import World

CHAT_LENGTH = 200
PEOPLE_LENGTH = 200
_NO_BUBBLE = ("reaction", "edit", "revoke", "system")


@dataclass(frozen=True)
class Filter:
    """Which messages of the ledger are wanted; None leaves a filter out.

    Args:
        after: the `id` of the last message seen; the next ones follow in the order in which they were accepted.
        inbound: what customers wrote, instead of what was accepted from the business.
    """

    phone_number_id: str | None = None
    to: str | None = None
    opaque: str | None = None
    type: str | None = None
    after: int = 0
    limit: int = 100
    newest: bool = False
    inbound: bool = False


def ledger(world: World, wanted: Filter) -> dict[str, Any]:
    """A page of accepted messages with their statuses so far; `count` is how many there are in all."""
    where, values = _conditions(wanted)
    order = "DESC" if wanted.newest else "ASC"
    count = world.ledger.row(f"SELECT count(*) AS n FROM messages WHERE {where}", values)  # noqa: S608
    rows = world.ledger.rows(
        f"SELECT * FROM messages WHERE {where} AND id > :after ORDER BY id {order} LIMIT :limit",  # noqa: S608
        values | {"after": wanted.after, "limit": wanted.limit},
    )
    statuses = _statuses(world, [row["wamid"] for row in rows])
    found = [_entry(row, statuses[row["wamid"]]) for row in rows]
    return {
        "messages": found,
        "count": count["n"] if count else 0,
        "next": found[-1]["id"] if len(found) == wanted.limit and not wanted.newest else None,
    }


def entry(world: World, wamid: str) -> dict[str, Any] | None:
    """One message of the ledger."""
    row = world.ledger.row("SELECT * FROM messages WHERE wamid = ?", (wamid,))
    return _entry(row, _statuses(world, [wamid])[wamid]) if row else None


def chat(world: World, phone_number_id: str, customer: Customer) -> list[dict[str, Any]]:
    """The newest messages that are on a customer's phone, oldest first, with reactions on what they belong to."""
    now = world.clock.now()
    rows = world.ledger.rows(
        "SELECT m.*, (SELECT w.state FROM webhooks w WHERE w.wamid = m.wamid AND w.kind = 'message') AS delivery "
        "FROM messages m WHERE m.phone_number_id = ? AND m.peer = ? AND m.visible_at <= ? "
        "ORDER BY m.at DESC, m.id DESC LIMIT ?",
        (phone_number_id, customer.phone, now, CHAT_LENGTH),
    )
    reactions = _reactions(rows)
    bubbles = [row for row in reversed(rows) if row["type"] not in _NO_BUBBLE]
    return [_bubble(world, row, reactions[row["wamid"]]) for row in bubbles]


def people(world: World, phone_number_id: str) -> list[dict[str, Any]]:
    """Everybody on the phone page: those with the newest message first, then those without a chat."""
    unread = {
        row["peer"]: row["n"]
        for row in world.ledger.rows(
            "SELECT peer, count(*) AS n FROM messages WHERE phone_number_id = ? AND NOT inbound AND visible_at <= ? "
            "AND read_at IS NULL AND type <> 'reaction' GROUP BY peer",
            (phone_number_id, world.clock.now()),
        )
    }
    last = _last_messages(world, phone_number_id)
    known = {customer.phone: customer for customer in world.customers}
    listed = [phone for phone, customer in known.items() if customer.listed and phone not in last]
    return [_person(known.get(phone) or made_up(phone), last.get(phone), unread) for phone in [*last, *listed]]


def _conditions(wanted: Filter) -> tuple[str, dict[str, Any]]:
    parts: list[str] = ["inbound = :inbound"]
    values: dict[str, Any] = {"inbound": int(wanted.inbound)}
    for name in ("phone_number_id", "opaque", "type"):
        if getattr(wanted, name) is not None:
            parts.append(f"{name} = :{name}")
            values[name] = getattr(wanted, name)
    if wanted.to is not None:
        parts.append("(peer = :to OR recipient = :to)")
        values["to"] = wanted.to
    return " AND ".join(parts), values


def _statuses(world: World, wamids: list[str]) -> defaultdict[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in world.ledger.rows(
        "SELECT * FROM webhooks WHERE wamid IN (SELECT value FROM json_each(?)) AND happens_at <= ? "
        "ORDER BY happens_at, id",
        (json.dumps(wamids), world.clock.now()),
    ):
        found[row["wamid"]].append(
            {
                "status": row["status"] or row["kind"],
                "at": row["happens_at"],
                "code": row["code"],
                "webhook": row["state"],
                "attempts": row["attempts"],
                "answer": row["answer"],
            }
        )
    return found


def _entry(row: sqlite3.Row, statuses: list[dict[str, Any]]) -> dict[str, Any]:
    found = {
        "id": row["id"],
        "wamid": row["wamid"],
        "phone_number_id": row["phone_number_id"],
        "type": row["type"],
        "body": json.loads(row["content"]),
    }
    if row["inbound"]:
        return found | {"from": row["peer"], "at": row["at"], "read_at": row["read_at"], "webhooks": statuses}
    outbound = {"to": row["recipient"], "customer": row["peer"], "accepted_at": row["at"], "opaque": row["opaque"]}
    return found | outbound | {"statuses": statuses}


def _reactions(rows: list[sqlite3.Row]) -> defaultdict[str, list[dict[str, Any]]]:
    """The last reaction of each side to each message; an empty emoji has taken it away."""
    last: dict[tuple[str, bool], str] = {}
    for row in reversed(rows):
        if row["type"] == "reaction":
            reaction = json.loads(row["content"])["reaction"]
            last[reaction["message_id"], bool(row["inbound"])] = reaction.get("emoji", "")
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for (target, mine), emoji in last.items():
        if emoji:
            found[target].append({"emoji": emoji, "mine": mine})
    return found


def _bubble(world: World, row: sqlite3.Row, reactions: list[dict[str, Any]]) -> dict[str, Any]:
    content = json.loads(row["content"])
    return {
        "wamid": row["wamid"],
        "mine": bool(row["inbound"]),
        "type": row["type"],
        "content": content,
        "at": row["at"],
        "status": _status(row),
        "edited": bool(row["edited"]),
        "revoked": bool(row["revoked"]),
        "quoted": _quoted(world, content.get("context")),
        "forwarded": bool((content.get("context") or {}).get("forwarded")),
        "media": _media(world, row, content),
        "reactions": reactions,
        **_offered(world, row, content),
    }


def _offered(world: World, row: sqlite3.Row, content: dict[str, Any]) -> dict[str, Any]:
    """What can be done about a message of the business, and the words of the template that it is."""
    if row["inbound"] or row["type"] not in ("interactive", "template"):
        return {}
    message = world.messages.get(row["wamid"])
    found: dict[str, Any] = {"choices": choices(world, message) if message else []}
    number = world.numbers.get(row["phone_number_id"])
    if row["type"] == "template" and number:
        part = content["template"]
        known = world.templates.find(number.waba_id, part["name"], part["language"]["code"])
        found["components"] = known["components"] if known else []
    return found


def _status(row: sqlite3.Row) -> str:
    if row["read_at"] is not None:
        return "read"
    return "delivered" if not row["inbound"] or row["delivery"] == "done" else "sent"


def _quoted(world: World, context: dict[str, Any] | None) -> dict[str, Any] | None:
    name = (context or {}).get("message_id") or (context or {}).get("id")
    quoted = world.messages.get(str(name)) if name else None
    if quoted is None:
        return None
    return {"wamid": quoted.wamid, "mine": quoted.inbound, "type": quoted.type, "content": quoted.content}


def _media(world: World, row: sqlite3.Row, content: dict[str, Any]) -> dict[str, Any] | None:
    part = content.get(row["type"])
    if row["type"] == "interactive" and isinstance(part, dict):
        header = part.get("header") or {}
        part = header.get(header.get("type"))
    name = row["media_id"] or (part.get("id") if isinstance(part, dict) else None)
    media = world.media.get(str(name)) if name else None
    if media is None:
        return None
    described = {"mime_type": media.mime_type, "filename": media.filename, "size": media.size}
    return described | {"url": f"/phone/media/{media.id}"}


def _last_messages(world: World, phone_number_id: str) -> dict[str, sqlite3.Row]:
    rows = world.ledger.rows(
        "SELECT * FROM messages WHERE id IN (SELECT max(id) FROM messages WHERE phone_number_id = :number "
        "AND visible_at <= :now AND type NOT IN ('reaction', 'edit', 'revoke', 'system') GROUP BY peer) "
        "ORDER BY at DESC, id DESC LIMIT :limit",
        {"number": phone_number_id, "now": world.clock.now(), "limit": PEOPLE_LENGTH},
    )
    return {row["peer"]: row for row in rows}


def _person(customer: Customer, last: sqlite3.Row | None, unread: dict[str, int]) -> dict[str, Any]:
    preview = None
    if last is not None:
        preview = {
            "type": last["type"],
            "content": json.loads(last["content"]),
            "at": last["at"],
            "mine": bool(last["inbound"]),
            "revoked": bool(last["revoked"]),
        }
    return customer.as_json() | {"last": preview, "unread": unread.get(customer.phone, 0)}
