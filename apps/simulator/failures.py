"""Refusals on order: the next requests fail as a test asked, and magic recipients refuse once."""

from dataclasses import dataclass
from typing import Any

from apps.simulator.errors import GraphError
from apps.simulator.ledger import Ledger
from apps.simulator.magic import Spell


class BadFailure(ValueError):
    """Not a failure that can be ordered."""


@dataclass
class Ordered:
    """A failure that waits for its request.

    Args:
        code: Graph's code.
        details: the text of error_data.details.
        http_status: None takes the code's usual one.
        phone_number_id: None means any number.
        to: the recipient's digits; None means anyone.
        times: how many requests it hits.
        later: accept the message and let it fail by status.
    """

    code: int
    details: str = ""
    http_status: int | None = None
    phone_number_id: str | None = None
    to: str | None = None
    times: int = 1
    later: bool = False


class Failures:
    """Ordered failures live in memory; that a magic recipient has refused is kept in the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._ordered: list[Ordered] = []

    def order(self, wanted: dict[str, Any]) -> None:
        """Let coming requests fail.

        Raises:
            BadFailure: unknown keys, or no code.
        """
        try:
            ordered = Ordered(**wanted)
        except TypeError as error:
            raise BadFailure(str(error)) from error
        if not isinstance(ordered.code, int) or not isinstance(ordered.times, int):
            raise BadFailure("code and times are whole numbers.")
        self._ordered.append(ordered)

    def clear(self) -> None:
        self._ordered.clear()
        self._ledger.write("DELETE FROM notes WHERE key LIKE 'refused:%'")

    def refuse(self, phone_number_id: str, address: str, spell: Spell) -> None:
        """Raise what is ordered for a request now, or what a magic recipient does once.

        Raises:
            GraphError: the refusal.
        """
        ordered = self._take(phone_number_id, address, later=False)
        if ordered:
            raise GraphError(ordered.code, ordered.details, http=ordered.http_status)
        key = f"refused:{phone_number_id}:{address}"
        if spell.refused_once and not self._ledger.note(key):
            self._ledger.keep_note(key, str(spell.refused_once))
            raise GraphError(spell.refused_once)

    def later(self, phone_number_id: str, address: str, spell: Spell) -> int | None:
        """The code with which an accepted message will fail, by order or by magic."""
        ordered = self._take(phone_number_id, address, later=True)
        return ordered.code if ordered else spell.fails_later

    def _take(self, phone_number_id: str, address: str, *, later: bool) -> Ordered | None:
        for ordered in self._ordered:
            same = ordered.phone_number_id in (None, phone_number_id) and ordered.to in (None, address)
            if same and ordered.later == later:
                ordered.times -= 1
                if ordered.times <= 0:
                    self._ordered.remove(ordered)
                return ordered
        return None
