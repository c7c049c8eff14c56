"""The chain of an organization's audit entries: each has a number, and a hash over itself and the hash before.

Numbers are given after an entry's commit, under the lock of the chain's head: in whichever order transactions commit,
every entry gets its place, and no number is left out. So a missing number is a missing entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef

from apps.accounts.models import AuditEntry, AuditHead, AuditLink, AuditWaiting
from apps.accounts.services.audit import as_json, digest_of
from apps.core.tenancy import all_organizations

READ_AT_ONCE = 1000


def link_some(*, limit: int = 500) -> int:
    """Chain entries that are committed and wait for it, of one organization; returns how many."""
    with all_organizations("audit: new entries are chained, whosever they are"):
        eldest = AuditWaiting.objects.across_organizations().order_by("pk")
        organization_id = eldest.values_list("organization_id", flat=True).first()
        if organization_id is None:
            return 0
        head, _ = AuditHead.objects.for_organization(organization_id).select_for_update(no_key=True).get_or_create()
        # Looked for under the lock: whoever held it may have chained the same ones.
        waiting = AuditWaiting.objects.for_organization(organization_id)
        entries = [each.entry for each in waiting.select_related("entry").order_by("pk")[:limit]]
        links = []
        for entry in entries:
            head.last += 1
            head.hash = link_hash(head.hash, head.last, entry)
            links.append(AuditLink(entry=entry, number=head.last, hash=head.hash))
        AuditLink.objects.for_organization(organization_id).bulk_create(links)
        head.save(update_fields=["last", "hash"])
        waiting.filter(pk__in=[entry.pk for entry in entries]).delete()
        return max(len(links), 1)


def link_hash(before: str, number: int, entry: AuditEntry) -> str:
    """SHA-256, in hex, over the hash before, the place and what the entry says in clear and in digest."""
    said = [
        before, number, str(entry.pk), entry.at.isoformat(), entry.action, entry.actor_kind, str(entry.actor_id),
        str(entry.impersonator_id), entry.target_kind, entry.target_id, str(entry.subject_id), entry.request_id,
        entry.digest,
    ]  # fmt: skip
    return sha256(as_json(said).encode()).hexdigest()


@dataclass(frozen=True)
class Break:
    """Where a chain doesn't hold. `kind`: what is the matter there.

    - `missing`: no entry has this number.
    - `changed`: the entry, or the hash of its place, is not what it was.
    - `end`: the chain's head knows later entries, or another last one.
    - `unchained`: an entry stands outside of the chain, and doesn't wait for its place.
    """

    kind: str
    number: int
    entry_id: UUID | None = None


@dataclass(frozen=True)
class Verdict:
    """What a walk along a chain found. `complete`: it came to the end; else `checked_to` is where the next begins."""

    first_break: Break | None
    checked: int
    checked_to: int
    last: int
    waiting: int
    complete: bool

    @property
    def holds(self) -> bool:
        return self.first_break is None


def verify_chain(organization_id: UUID, *, after: int = 0, limit: int | None = None) -> Verdict:
    """Walk along the chain from the number `after`, `limit` entries far at most; call it in the organization's scope.

    The hash at `after` is believed: whoever asks has seen the walk that came so far.
    """
    head = AuditHead.objects.for_organization(organization_id).first() or AuditHead()
    links = AuditLink.objects.for_organization(organization_id)
    before = links.filter(number=after).values_list("hash", flat=True).first() or "" if after else ""
    number, found = after, None
    for link in islice(_links_after(organization_id, after), limit):
        if found := _break_at(link, number + 1, before):
            break
        number, before = link.number, link.hash
    complete = found is not None or limit is None or number - after < limit
    waiting = AuditWaiting.objects.for_organization(organization_id)
    if complete and found is None:
        # Read before the links were: nothing that was linked since is taken for an end that is missing.
        if number < head.last or (number == head.last and before != head.hash):
            found = Break("end", number + (number < head.last))
        elif outside := _outside(organization_id):
            found = Break("unchained", number, outside)
    return Verdict(found, number - after, number, max(head.last, number), waiting.count(), complete)


def organizations_with_a_chain() -> list[UUID]:
    with all_organizations("audit: whose chains are there to be verified?"):
        return list(AuditHead.objects.across_organizations().order_by("pk").values_list("pk", flat=True))


def _break_at(link: AuditLink, number: int, before: str) -> Break | None:
    if link.number != number:
        return Break("missing", number)
    entry = link.entry
    if digest_of(entry) != entry.digest or link_hash(before, number, entry) != link.hash:
        return Break("changed", number, entry.pk)
    return None


def _links_after(organization_id: UUID, number: int) -> Iterator[AuditLink]:
    links = AuditLink.objects.for_organization(organization_id).select_related("entry").order_by("number")
    while page := list(links.filter(number__gt=number)[:READ_AT_ONCE]):
        yield from page
        number = page[-1].number


def _outside(organization_id: UUID) -> UUID | None:
    """An entry that has no place and doesn't wait for one."""
    entries = AuditEntry.objects.for_organization(organization_id)
    placed, waiting = (
        Exists(rows.objects.for_organization(organization_id).filter(entry=OuterRef("pk")))
        for rows in (AuditLink, AuditWaiting)
    )
    return entries.filter(~placed, ~waiting).values_list("pk", flat=True).first()
