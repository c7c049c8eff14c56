from django.db.models import DateTimeField, Func
from django.utils import timezone

from apps.accounts.events import MemberChanged, PlanLimitReached
from apps.accounts.models import Membership
from apps.core.actor import current_actor
from apps.core.events import on
from apps.notifications.services import notify


@on(MemberChanged)
def tell_of_new_colleagues(facts: list[MemberChanged]) -> None:
    """Those who look after members hear of whoever joins; the fact tells of later changes, too, and those aren't
    news of that kind: a membership that this transaction made is."""
    began = Func(function="transaction_timestamp", output_field=DateTimeField())
    joined = Membership.objects.in_scope().active().filter(
        user__in=[fact.user_id for fact in facts], created_at__gte=began,
        organization__in={fact.organization_id for fact in facts},
    )  # fmt: skip
    for member in joined.select_related("user", "organization").order_by("pk"):
        notify(
            organization_id=member.organization_id, kind="member_joined", permission="members.manage",
            occasion=str(member.user_id), except_user_ids=[member.user_id, current_actor().id],
            values={"member": str(member.user), "organization": member.organization.name, "user_id": member.user_id},
        )  # fmt: skip


@on(PlanLimitReached)
def tell_who_may_change_the_plan(facts: list[PlanLimitReached]) -> None:
    """The fact comes once a month and resource."""
    month = timezone.now().strftime("%Y-%m")
    for fact in facts:
        notify(
            organization_id=fact.organization_id, kind="plan_limit_reached", permission="organization.manage",
            occasion=f"{fact.resource} {fact.limit} {month}",
            values={"limit": fact.limit, "used": fact.used, "resource": fact.resource},
        )  # fmt: skip
