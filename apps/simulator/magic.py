"""Magic recipients and texts (whatsapp.md §13.2): our own convention, so that each failure can be had on demand."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Spell:
    """What is special about a recipient.

    Args:
        fails_later: the code of the `failed` status that a message to them gets.
        refused_once: the code with which the first request to them is refused.
        unavailable: requests get HTTP 503 and a page of HTML; nothing is accepted.
        hangs: a message is accepted and delivered, but the answer comes too late for any client.
        path: the statuses of a message, where they aren't the usual ones.
    """

    fails_later: int | None = None
    refused_once: int | None = None
    unavailable: bool = False
    hangs: bool = False
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """What a text asks the simulated person to do.

    Args:
        name: reply, button, edit, revoke, react, location, order or rotate.
        argument: the rest of the text.
    """

    name: str
    argument: str


NO_SPELL = Spell()
_SPELLS = {
    "0026": Spell(fails_later=131026),
    "0047": Spell(fails_later=131047),
    "0049": Spell(fails_later=131049),
    "0050": Spell(fails_later=131050),
    "0472": Spell(fails_later=130472),
    "0000": Spell(fails_later=131000),
    "0429": Spell(refused_once=130429),
    "0056": Spell(refused_once=131056),
    "0503": Spell(unavailable=True),
    "0504": Spell(hangs=True),
    "0001": Spell(path=("sent",)),
    "0002": Spell(path=("sent", "read")),
    "0003": Spell(path=("sent", "failed", "delivered")),
}
_TEXT = re.compile(r"#sim:(reply|button|edit|revoke|react|location|order|rotate)\b[ \t]*(.*)", re.DOTALL)


def spell(address: str) -> Spell:
    """What the last four digits of a recipient mean."""
    return _SPELLS.get(address[-4:], NO_SPELL)


def act(text: str) -> Act | None:
    """What the simulated person does when this text reaches them."""
    found = _TEXT.match(text)
    return Act(found[1], found[2].strip()) if found else None
