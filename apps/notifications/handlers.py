from django.db.models import DateTimeField, Func
from django.utils import timezone

from apps.accounts.events import AccountTouched, ExportFinished, MemberChanged, PlanLimitReached
from apps.accounts.models import Invitation, Membership
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
        about = {"member": str(member.user), "organization": member.organization.name, "user_id": member.user_id}
        invitation = _invitation_of(member)
        if invitation is not None:
            notify(
                organization_id=member.organization_id, kind="invitation_accepted", user_ids=[invitation.invited_by_id],
                occasion=str(invitation.pk), values=about,
            )  # fmt: skip
        inviter = invitation.invited_by_id if invitation else None
        notify(
            organization_id=member.organization_id, kind="member_joined", permission="members.manage",
            occasion=str(member.user_id), except_user_ids=[member.user_id, current_actor().id, inviter], values=about,
        )  # fmt: skip


def _invitation_of(member: Membership) -> Invitation | None:
    """The one that somebody who has just joined came by."""
    accepted = Invitation.objects.in_scope().filter(organization=member.organization_id, accepted_at__isnull=False)
    return accepted.filter(email=member.user.email).order_by("-accepted_at").first()


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


@on(AccountTouched)
def tell_whose_account_it_is(facts: list[AccountTouched]) -> None:
    for fact in facts:
        notify(
            organization_id=fact.organization_id, kind="security_alert", user_ids=[fact.user_id],
            occasion=f"{fact.what} {timezone.now().isoformat()}", values={"what": fact.what},
        )  # fmt: skip


@on(ExportFinished)
def tell_who_asked_for_it(facts: list[ExportFinished]) -> None:
    for fact in facts:
        notify(
            organization_id=fact.organization_id, kind="export_ready", user_ids=[fact.user_id],
            occasion=str(fact.export_id), values={"export": fact.export},
        )  # fmt: skip
