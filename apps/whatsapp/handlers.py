from uuid import UUID

from apps.accounts.services import limits
from apps.core.events import on
from apps.notifications.services import notify
from apps.whatsapp.events import NumberStatusChanged
from apps.whatsapp.models import Number

TROUBLE = (Number.Status.HELD, Number.Status.ERROR)


@on(NumberStatusChanged)
def tell_who_can_mend_it(facts: list[NumberStatusChanged]) -> None:
    """A number that comes and goes is told of once an hour."""
    troubled = [fact.number_id for fact in facts if fact.status in TROUBLE]
    if not troubled:
        return
    for number in Number.objects.in_scope().filter(pk__in=troubled).order_by("pk"):
        notify(
            organization_id=number.organization_id, kind="number_trouble", permission="numbers.manage",
            occasion=f"{number.pk} {number.updated_at:%Y-%m-%d %H}",
            values={"number": str(number), "reason": number.status_detail, "number_id": number.pk},
        )  # fmt: skip


@limits.counts("numbers")
def numbers_of(organization_id: UUID) -> int:
    return Number.objects.in_scope().present().filter(organization=organization_id).count()
