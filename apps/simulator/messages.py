"""Messages and their webhooks in the ledger: written once, read by the tests, the phone page and the courier."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from apps.simulator.ledger import Ledger
from apps.simulator.webhooks import Delivery

NOBODY = "nobody"


@dataclass(frozen=True)
class Message:
    """One message.

    Args:
        peer: the customer's phone (or the BSUID of a stranger).
        inbound: the customer wrote it.
        recipient: as the business named them; NOBODY if the business has blocked the customer who wrote it.
        content: an inbound message's own part (`type`, …), or the business's whole request.
        visible_at: when it is on the phone; None if it never arrives.
        read_at: when the other side read it.
    """

    wamid: str
    phone_number_id: str
    peer: str
    inbound: bool
    type: str
    content: dict[str, Any]
    at: float
    visible_at: float | None
    recipient: str = ""
    opaque: str | None = None
    read_at: float | None = None


class Messages:
    """The ledger's messages, statuses and webhooks."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def add(self, message: Message) -> None:
        self._ledger.write(
            "INSERT INTO messages (wamid, phone_number_id, peer, inbound, type, content, recipient, opaque, at, "
            "visible_at, read_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                message.wamid,
                message.phone_number_id,
                message.peer,
                message.inbound,
                message.type,
                json.dumps(message.content),
                message.recipient,
                message.opaque,
                message.at,
                message.visible_at,
                message.read_at,
            ),
        )

    def add_webhook(
        self,
        message: Message,
        *,
        kind: str,
        change: str,
        at: float,
        status: str | None = None,
        code: int | None = None,
    ) -> Delivery:
        """Write down a webhook that will be due at `at`; hand the result to the courier once it is committed."""
        row = self._ledger.write(
            "INSERT INTO webhooks (phone_number_id, wamid, kind, status, code, change, happens_at, next_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (message.phone_number_id, message.wamid, kind, status, code, change, at, at),
        )
        label = status or message.type
        return Delivery([row], message.phone_number_id, message.peer, label, [change], due=at, since=at)

    def add_raw_webhook(self, phone_number_id: str, change: str, at: float) -> Delivery:
        """Write down a webhook that belongs to no message."""
        row = self._ledger.write(
            "INSERT INTO webhooks (phone_number_id, wamid, kind, change, happens_at, next_at) "
            "VALUES (?, '', 'raw', ?, ?, ?)",
            (phone_number_id, change, at, at),
        )
        return Delivery([row], phone_number_id, "", "raw", [change], due=at, since=at)

    def get(self, wamid: str) -> Message | None:
        row = self._ledger.row("SELECT * FROM messages WHERE wamid = ?", (wamid,))
        return None if row is None else _message_of(row)

    def window_open(self, phone_number_id: str, peer: str, at: float) -> bool:
        """Whether the customer wrote in the 24 hours before `at`; system messages and what nobody got don't count."""
        return bool(
            self._ledger.row(
                "SELECT 1 FROM messages WHERE phone_number_id = ? AND peer = ? AND at > ? AND at <= ? AND inbound "
                "AND type <> 'system' AND recipient <> ? LIMIT 1",
                (phone_number_id, peer, at - 86400, at, NOBODY),
            )
        )

    def permissions_asked(self, phone_number_id: str, peer: str, since: float) -> int:
        """How often the business has asked this person since then whether it may call."""
        row = self._ledger.row(
            "SELECT count(*) AS n FROM messages WHERE phone_number_id = ? AND peer = ? AND at > ? AND NOT inbound "
            "AND json_extract(content, '$.interactive.type') = 'call_permission_request'",
            (phone_number_id, peer, since),
        )
        return int(row["n"]) if row else 0

    def last_with_buttons(self, phone_number_id: str, peer: str, before: float) -> Message | None:
        """The newest message of the business that has something to tap."""
        row = self._ledger.row(
            "SELECT * FROM messages WHERE phone_number_id = ? AND peer = ? AND at <= ? AND NOT inbound "
            "AND type IN ('interactive', 'template') ORDER BY at DESC, id DESC LIMIT 1",
            (phone_number_id, peer, before),
        )
        return None if row is None else _message_of(row)

    def last_inbound(self, phone_number_id: str, peer: str, before: float) -> Message | None:
        """The newest message that the customer wrote and could change."""
        row = self._ledger.row(
            "SELECT * FROM messages WHERE phone_number_id = ? AND peer = ? AND at <= ? AND inbound AND NOT revoked "
            "AND type NOT IN ('reaction', 'edit', 'revoke', 'system') ORDER BY at DESC, id DESC LIMIT 1",
            (phone_number_id, peer, before),
        )
        return None if row is None else _message_of(row)

    def unread(self, phone_number_id: str, peer: str, now: float) -> list[Message]:
        """What the business wrote and the customer has on the phone but has not read."""
        rows = self._ledger.rows(
            "SELECT * FROM messages WHERE phone_number_id = ? AND peer = ? AND NOT inbound AND visible_at <= ? "
            "AND read_at IS NULL AND type <> 'reaction' ORDER BY id",
            (phone_number_id, peer, now),
        )
        return [_message_of(row) for row in rows]

    def mark_read(self, wamids: list[str], at: float) -> None:
        self._ledger.write_many("UPDATE messages SET read_at = ? WHERE wamid = ?", [(at, wamid) for wamid in wamids])

    def mark_inbound_read(self, message: Message, at: float) -> None:
        """The business has read this message and what the customer wrote before it."""
        self._ledger.write(
            "UPDATE messages SET read_at = ? WHERE phone_number_id = ? AND peer = ? AND inbound AND read_at IS NULL "
            "AND at <= ?",
            (at, message.phone_number_id, message.peer, message.at),
        )

    def is_revoked(self, wamid: str) -> bool:
        """Whether the customer has deleted a message for everyone."""
        return bool(self._ledger.row("SELECT 1 FROM messages WHERE wamid = ? AND revoked", (wamid,)))

    def rewrite(self, wamid: str, content: dict[str, Any]) -> None:
        """The customer edited a message."""
        self._ledger.write("UPDATE messages SET content = ?, edited = 1 WHERE wamid = ?", (json.dumps(content), wamid))

    def revoke(self, wamid: str) -> None:
        """The customer deleted a message for everyone."""
        self._ledger.write("UPDATE messages SET revoked = 1 WHERE wamid = ?", (wamid,))

    def arrive(self, message: Message, media_id: str | None) -> None:
        """Set when a message is on the phone and read, and which file its link led to."""
        self._ledger.write(
            "UPDATE messages SET visible_at = ?, read_at = ?, media_id = ? WHERE wamid = ?",
            (message.visible_at, message.read_at, media_id, message.wamid),
        )

    def clear(self) -> None:
        self._ledger.write("DELETE FROM webhooks")
        self._ledger.write("DELETE FROM messages")

    def bury_webhooks(self, phone_number_id: str) -> None:
        """Nobody will take this number's webhooks any more."""
        self._ledger.write(
            "UPDATE webhooks SET state = 'dead' WHERE phone_number_id = ? AND state = 'pending'", (phone_number_id,)
        )

    def counts(self) -> dict[str, int]:
        """How many messages each side sent."""
        row = self._ledger.row("SELECT coalesce(sum(inbound), 0) AS inbound, count(*) AS total FROM messages")
        inbound, total = (row["inbound"], row["total"]) if row else (0, 0)
        return {"inbound": inbound, "outbound": total - inbound}


def _message_of(row: sqlite3.Row) -> Message:
    return Message(
        wamid=row["wamid"],
        phone_number_id=row["phone_number_id"],
        peer=row["peer"],
        inbound=bool(row["inbound"]),
        type=row["type"],
        content=json.loads(row["content"]),
        at=row["at"],
        visible_at=row["visible_at"],
        recipient=row["recipient"],
        opaque=row["opaque"],
        read_at=row["read_at"],
    )
