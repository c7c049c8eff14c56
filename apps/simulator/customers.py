"""The people at the other end: those who stand on the phone page, and strangers to whom the business writes."""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from apps.simulator.ledger import Ledger

READY_MADE = (
    ("5511987654321", "", "Maria Silva"),
    ("5521998765432", "", "João Santos"),
    ("5531988887766", "", "Ana Oliveira"),
    ("5571991234567", "", "Pedro Costa"),
    ("5541984561122", "", "Beatriz Lima"),
    # An account from before the ninth digit: WhatsApp knows it without (whatsapp.md §1).
    ("5551993456678", "555193456678", "Antônio Souza"),
)
IDENTITIES = ("full", "phone", "bsuid", "empty", "in_from", "parent")

_COUNTRIES = {"55": "BR", "54": "AR", "52": "MX", "351": "PT", "44": "GB", "1": "US"}
_BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,300}")


class BadCustomer(ValueError):
    """Not enough to make a person of, or not valid."""


@dataclass(frozen=True)
class Customer:
    """A person with WhatsApp.

    Args:
        phone: E.164 digits, the key of their chats here.
        wa_id: what WhatsApp calls them; differs from the phone for some numbers in Brazil, Mexico and Argentina.
        user_id: the business-scoped user id (BSUID).
        identity: what webhooks tell of them: `full`, `phone` (no BSUID, as before 2026), `bsuid` (no phone), `empty`
            (the phone as an empty text), `in_from` (the BSUID in the phone's places) or `parent` (a parent BSUID, too).
        receipts: they share read receipts.
        listed: they stand on the phone page whether or not they have a chat.
    """

    phone: str
    wa_id: str
    name: str
    user_id: str
    username: str = ""
    identity: str = "full"
    receipts: bool = True
    listed: bool = False

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


class Customers:
    """Everybody, in memory by each of their names; strangers are made up on the spot, always alike."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._by_phone: dict[str, Customer] = {}
        self._phone_of: dict[str, str] = {}
        for row in ledger.rows("SELECT * FROM customers ORDER BY created_at, phone"):
            self._index(_customer_of(row))

    def __iter__(self) -> Iterator[Customer]:
        return iter(self._by_phone.values())

    def meet(self, now: float) -> None:
        """Put the ready-made people on the phone page."""
        for phone, wa_id, name in READY_MADE:
            if phone not in self._by_phone:
                self.save(made_up(phone, name=name, wa_id=wa_id, listed=True), now)

    def find(self, name: str) -> Customer | None:
        """By phone, wa_id or BSUID."""
        return self._by_phone.get(self._phone_of.get(name, name))

    def person(self, address: str) -> Customer:
        """Whoever has this phone or BSUID; a stranger is made up of it, the same one of both spellings."""
        return self.find(address) or self.find(_plain(address)) or made_up(_plain(address))

    def save(self, customer: Customer, now: float) -> Customer:
        values = [int(value) if isinstance(value, bool) else value for value in vars(customer).values()]
        self._ledger.write(
            "INSERT INTO customers (phone, wa_id, name, user_id, username, identity, receipts, listed, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (phone) DO UPDATE SET wa_id = excluded.wa_id, "
            "name = excluded.name, user_id = excluded.user_id, username = excluded.username, "
            "identity = excluded.identity, receipts = excluded.receipts, listed = excluded.listed",
            (*values, now),
        )
        self._index(customer)
        return customer

    def clear(self, now: float) -> None:
        """Forget everybody but the ready-made people."""
        self._ledger.write("DELETE FROM customers")
        self._by_phone.clear()
        self._phone_of.clear()
        self.meet(now)

    def _index(self, customer: Customer) -> None:
        self._by_phone[customer.phone] = customer
        self._phone_of[customer.wa_id] = customer.phone
        self._phone_of[customer.user_id] = customer.phone


def made_up(address: str, **known: Any) -> Customer:
    """A person of whom only the phone (or BSUID) is known; the rest follows from it."""
    bsuid = is_bsuid(address)
    named = {key: value for key, value in known.items() if value not in (None, "")}
    return Customer(
        **{
            "phone": address,
            "wa_id": "" if bsuid else _as_whatsapp_writes(address),
            "name": f"Cliente {address[-4:]}",
            "user_id": address if bsuid else user_id_of(address),
        }
        | named
    )


def changed(customer: Customer, wanted: dict[str, Any]) -> Customer:
    """The customer with other values.

    Raises:
        BadCustomer: an unknown key, or a value that doesn't fit.
    """
    for key, value in wanted.items():
        if key not in _FLAGS and key not in _TEXTS:
            raise BadCustomer(f"A customer has no {key!r}.")
        if not isinstance(value, bool if key in _FLAGS else str):
            raise BadCustomer(f"{value!r} is no value for {key}.")
    if wanted.get("identity", "full") not in IDENTITIES:
        raise BadCustomer("identity is one of " + ", ".join(IDENTITIES) + ".")
    return replace(customer, **{key: value for key, value in wanted.items() if key != "phone"})


def digits_of(phone: str) -> str:
    """A phone number as E.164 digits.

    Raises:
        BadCustomer: it has other characters than Meta allows, or no length of a phone number.
    """
    digits = re.sub(r"[+\s().-]", "", phone)
    if not re.fullmatch(r"[1-9]\d{6,14}", digits):
        raise BadCustomer(f"{phone!r} is not a phone number with its country code.")
    return digits


def is_bsuid(address: str) -> bool:
    return _BSUID.fullmatch(address) is not None


def user_id_of(phone: str, salt: str = "") -> str:
    """The BSUID that belongs to a phone: country, dot, digits; always the same one for the same salt."""
    country = next((name for code, name in _COUNTRIES.items() if phone.startswith(code)), "ZZ")
    return f"{country}.{int.from_bytes(hashlib.sha256(f'{salt}{phone}'.encode()).digest()[:7], 'big'):017d}"


def parent_of(user_id: str) -> str:
    """The BSUID that linked portfolios share."""
    country, _, rest = user_id.partition(".")
    return f"{country}.ENT.{rest}"


def _as_whatsapp_writes(phone: str) -> str:
    """Mexican mobiles get a 1 and Argentine ones a 9 after the country code (whatsapp.md §1)."""
    if re.fullmatch(r"52\d{10}", phone):
        return f"521{phone[2:]}"
    return f"549{phone[2:]}" if re.fullmatch(r"54\d{10}", phone) else phone


def _plain(address: str) -> str:
    return f"{address[:2]}{address[3:]}" if re.fullmatch(r"(521|549)\d{10}", address) else address


_FLAGS = ("receipts", "listed")
_TEXTS = ("phone", "wa_id", "name", "user_id", "username", "identity")


def _customer_of(row: sqlite3.Row) -> Customer:
    texts = {key: row[key] for key in _TEXTS}
    return Customer(**texts, receipts=bool(row["receipts"]), listed=bool(row["listed"]))
