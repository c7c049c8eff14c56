"""What comes in gets its meaning: changes become messages of conversations, and statuses of our own messages.

By noun: `messages` of customers, `echoes` of what the business wrote elsewhere, `edits`, `calls`, `payments`,
`history`, `routing` (who has the chat) and `people` (what is told of a person). What fails is halved down to the
culprit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from apps.core.batches import in_halves
from apps.core.tenancy import all_organizations
from apps.messaging.inbound.calls import note_calls
from apps.messaging.inbound.echoes import store_echoes
from apps.messaging.inbound.edits import apply_edits, is_edit
from apps.messaging.inbound.history import import_history
from apps.messaging.inbound.messages import store, store_without_reaction
from apps.messaging.inbound.payments import is_payment, note_payments
from apps.messaging.inbound.people import learn_names, note_wishes
from apps.messaging.inbound.routing import note_contexts, note_handovers
from apps.messaging.reports import apply_reports
from apps.whatsapp.models import Change
from apps.whatsapp.services import account_changes, inbound

CHANGES_AT_ONCE = 500
# By the webhook's field, what concerns conversations; what concerns numbers and templates is WhatsApp's.
HANDLERS: dict[str, Callable[[Sequence[Change]], None]] = {
    "messages": note_contexts,
    "calls": note_calls,
    "history": import_history,
    "messaging_handovers": note_handovers,
    "user_preferences": note_wishes,
    "smb_app_state_sync": learn_names,
}
NAMELESS_EDITS = ("evolution.messages.edited", "evolution.messages.delete")


def drain_some(limit: int = CHANGES_AT_ONCE) -> int:
    """Handle the oldest changes that are due; returns how many. Any number of workers may do so at once."""
    with all_organizations("inbound: changes of all organizations, lane by lane"):
        changes = inbound.claim(limit)
        edits = [each for each in changes if _may_be_edit(each) and is_edit(each)]
        payments = [each for each in changes if is_payment(each)]
        by_kind: dict[str, list[Change]] = defaultdict(list)
        for each in changes:
            if each not in edits and each not in payments:
                by_kind[each.kind].append(each)
        in_halves(by_kind.pop("message", []), store, store_without_reaction)
        in_halves(by_kind.pop("echo", []), store_echoes, _park)
        in_halves(edits, apply_edits, _park)
        in_halves(by_kind.pop("status", []), apply_reports, _park)
        in_halves(payments, note_payments, _park)
        _apply_others([each for others in by_kind.values() for each in others])
        return len(changes)


def _may_be_edit(change: Change) -> bool:
    """Gateways name the message that a customer changes, and not always the customer."""
    return change.kind in ("message", "echo") or change.field in NAMELESS_EDITS


def _apply_others(changes: Sequence[Change]) -> None:
    """What webhooks tell beside messages and their statuses; what nobody handles is kept raw, and done."""
    by_field: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_field[change.field].append(change)
    for name, told in by_field.items():
        handle = HANDLERS.get(name) or account_changes.HANDLERS.get(name)
        if handle is not None:
            in_halves(told, partial(_handle, handle), _park)
        else:
            inbound.done(told)


def _handle(handle: Callable[[Sequence[Change]], None], changes: Sequence[Change]) -> None:
    handle(changes)
    inbound.done(changes)


def _park(change: Change, error: Exception) -> None:
    inbound.again_later(change, f"{type(error).__name__}: {error}")
