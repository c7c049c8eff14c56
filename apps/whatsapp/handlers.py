from uuid import UUID

from django.db import connection

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


# Raw bodies mix organizations. Those that came to one of its own apps are its own, whatever they told; of the others,
# those that told of nobody else.
_FORGET = """
    WITH own AS (
        SELECT event.id FROM whatsapp_inboundevent event JOIN whatsapp_metaapp app ON app.id = event.app_id
        WHERE app.organization_id = %(organization)s
        UNION
        SELECT event_id FROM whatsapp_change
        WHERE event_id IN (SELECT event_id FROM whatsapp_change WHERE organization_id = %(organization)s)
        GROUP BY event_id HAVING bool_and(organization_id IS NOT DISTINCT FROM %(organization)s)
    ), changes AS (DELETE FROM whatsapp_change WHERE event_id IN (SELECT id FROM own))
    DELETE FROM whatsapp_inboundevent WHERE id IN (SELECT id FROM own)
"""


@limits.erases
def forget_raw_bodies(organization_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"organization": organization_id})
