"""Who sees which conversation: the one rule behind lists, pages, searches, sockets and exports.

A person sees what is assigned to them and, by permission, what nobody has (`conversations.view_unassigned`), what
their departments have (`conversations.view_department`), or all (`conversations.view_all`). For sockets the same rule
is said in words of a fact's scope: a fact carries the words of its conversation, a viewer those they may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from apps.accounts.selectors import Access, departments_of
from apps.core.events import Fact, for_user
from apps.messaging.models import Conversation
from apps.messaging.permissions import VIEW_ALL, VIEW_DEPARTMENT, VIEW_UNASSIGNED

ALL, UNASSIGNED = "all", "unassigned"
F = TypeVar("F", bound=Fact)


def scope_of(*places: Conversation | tuple[UUID | None, UUID | None]) -> str:
    """The words of a conversation, or of all its places where it moved: who loses it hears of that, too."""
    words = {ALL: None}
    for place in places:
        assignee, department = (place.assignee_id, place.department_id) if isinstance(place, Conversation) else place
        words |= {for_user(assignee) if assignee else UNASSIGNED: None}
        words |= {f"department:{department}": None} if department else {}
    return " ".join(words)


def words_of(access: Access) -> frozenset[str]:
    """What a person's socket may show; call it in the organization's scope."""
    words = {for_user(access.user.pk)}
    if VIEW_ALL in access.permissions:
        words.add(ALL)
    if VIEW_UNASSIGNED in access.permissions:
        words.add(UNASSIGNED)
    if VIEW_DEPARTMENT in access.permissions:
        departments = departments_of(access.organization_id, access.user.pk)
        words |= {f"department:{department}" for department in departments}
    return frozenset(words)


def scoped(facts: Sequence[F]) -> Iterable[F]:
    """The facts with the words of their conversations, which one query finds."""
    if not facts:
        return facts
    ids = {fact.conversation_id for fact in facts}  # type: ignore[attr-defined]
    rows = Conversation.objects.in_scope().filter(pk__in=ids).only("organization", "assignee", "department")
    scopes = {row.pk: scope_of(row) for row in rows}
    return [replace(fact, scope=scopes.get(fact.conversation_id, ALL)) for fact in facts]  # type: ignore[attr-defined]
