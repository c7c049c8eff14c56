"""Who is told, once, and by which ways."""

from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.events import PlanLimitReached
from apps.accounts.models import CustomRole, Invitation, Membership, Organization, User
from apps.core import mail, wake
from apps.core.events import for_user, publish
from apps.core.models import Mail
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import services as messaging
from apps.notifications import services
from apps.notifications.models import Delivery, Notice, Preference
from apps.notifications.services import notify
from apps.whatsapp.events import NumberStatusChanged
from tests.conftest import (
    client_of,
    commits,
    facts_of,
    in_parallel,
    make,
    make_contact,
    make_conversation,
    make_member,
    make_number,
    make_organization,
)


@pytest.fixture(autouse=True)
def _nothing_is_pending() -> None:
    cache.clear()


def tell(organization: Organization, *people: User, occasion: str = "1", kind: str = "test", **more: Any) -> int:
    """How many are told."""
    with organization_scope(organization):
        ids = [each.pk for each in people]
        return len(notify(organization_id=organization.pk, kind=kind, user_ids=ids, occasion=occasion, **more))


def told(organization: Organization, kind: str) -> list[User]:
    with organization_scope(organization):
        notices = Notice.objects.for_organization(organization).filter(kind=kind)
        return [each.user for each in notices.select_related("user").order_by("pk")]


def prefer(organization: Organization, user: User, **values: Any) -> None:
    with organization_scope(organization):
        services.change_preference(organization_id=organization.pk, user_id=user.pk, **values)


def night(zone: str = "America/Sao_Paulo") -> dict[str, Any]:
    """Quiet hours from an hour ago until in an hour, on this zone's clock."""
    now = timezone.now().astimezone(ZoneInfo(zone))
    start, end = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (-1, 1))
    return {"quiet_hours_enabled": True, "quiet_hours_start": start, "quiet_hours_end": end}


def deliveries(organization: Organization, user: User) -> list[tuple[str, str, str]]:
    with organization_scope(organization):
        rows = Delivery.objects.for_organization(organization).filter(user=user).order_by("pk")
        return [(each.channel, each.state, each.reason) for each in rows]


def mails() -> list[Mail]:
    """Oldest first."""
    return mail.newest(100)[::-1]


def send_mails() -> list[Mail]:
    wake.run("notifications.send_mails")
    return mails()


# --- once, and to whom --------------------------------------------------------------------------------------------


def test_an_occasion_counts_once_however_often_and_over_however_many_channels(
    organization: Organization, agent: User
) -> None:
    assert [tell(organization, agent), tell(organization, agent), tell(organization, agent, occasion="2")] == [1, 0, 1]
    assert deliveries(organization, agent)[:3] == [
        ("in_app", "sent", ""), ("socket", "sent", ""), ("email", "waiting", "")
    ]  # fmt: skip
    wake.run("core.number_log")
    facts = facts_of(organization, may="notices.view", scope=for_user(agent.pk))
    assert [each.kind for each in facts] == ["notifications.NoticeCreated"] * 2


@commits
def test_eight_who_tell_of_the_same_at_once_tell_it_once() -> None:
    organization = make_organization()
    people = [make_member(organization) for _ in range(3)]
    counts = in_parallel(lambda n: tell(organization, *(people if n % 2 else people[::-1])), times=8)
    assert sum(counts) == 3
    assert sorted(each.pk for each in told(organization, "test")) == sorted(each.pk for each in people)


def test_only_active_members_of_the_organization_are_told(organization: Organization, agent: User) -> None:
    gone, locked = make_member(organization), make_member(organization)
    stranger = make_member(make_organization("Boreal"))
    accounts.set_user_active(user=locked, active=False)
    with organization_scope(organization):
        Membership.objects.for_organization(organization).filter(user=gone).update(is_active=False)
    tell(organization, agent, gone, locked, stranger)
    assert told(organization, "test") == [agent]


def test_only_those_who_may_get_it_are_told(organization: Organization, owner: User, agent: User) -> None:
    values = {"number": "+55 11", "reason": ""}
    assert tell(organization, owner, agent, kind="number_trouble", values=values) == 1
    assert told(organization, "number_trouble") == [owner]


def test_a_value_that_is_missing_is_noticed_at_once(organization: Organization, agent: User) -> None:
    with pytest.raises(ValueError, match="contact"):
        tell(organization, agent, kind="conversation_assigned", values={"conversation_id": uuid4()})


def test_each_way_is_switched_by_type_and_as_a_whole(organization: Organization, agent: User) -> None:
    prefer(organization, agent, websocket_enabled=False, kinds=[{"kind": "test", "email": False}])
    tell(organization, agent)
    assert deliveries(organization, agent) == [("in_app", "sent", "")]
    prefer(organization, agent, in_app_enabled=False)
    assert tell(organization, agent, occasion="2") == 0


def test_telling_many_takes_no_more_queries_than_telling_few(
    organization: Organization, django_assert_max_num_queries: Any
) -> None:
    people = [make_member(organization) for _ in range(12)]
    with django_assert_max_num_queries(16):
        assert tell(organization, *people) == 12


# --- mails --------------------------------------------------------------------------------------------------------


def test_a_mail_is_in_the_readers_language_with_a_link(organization: Organization, agent: User, settings: Any) -> None:
    settings.PUBLIC_URL = "https://pytake.example"
    english = make_member(organization, full_name="Ed Poe")
    User.objects.filter(pk=english.pk).update(language="en")
    values = {"contact": "Bia\r\nRocha", "conversation_id": "c1"}
    tell(organization, agent, english, kind="conversation_assigned", values=values)
    [ours, theirs] = send_mails()
    assert (ours.to, ours.subject) == (agent.email, "Nova conversa para você")
    assert ours.text.startswith("Olá, Ana!\n\nNova conversa para você\nBia")
    assert "https://pytake.example/app/inbox/c1" in ours.text
    assert organization.name in ours.text
    assert theirs.subject == "A conversation for you"
    assert theirs.text.startswith("Hello Ed,")


def test_a_subject_is_one_line_whatever_people_are_called(organization: Organization, agent: User) -> None:
    prefer(organization, agent, kinds=[{"kind": "custom", "email": True}])
    tell(organization, agent, kind="custom", values={"title": "Oi\r\nBcc: eve@example.com" + "x" * 300, "body": ""})
    [only] = send_mails()
    assert only.subject.startswith("Oi Bcc: eve")
    assert len(only.subject) == 200


@commits
def test_four_workers_mail_each_notice_once_and_the_hours_limit_holds() -> None:
    organization = make_organization()
    ana, bruno = make_member(organization), make_member(organization)
    prefer(organization, ana, max_emails_per_hour=3)
    prefer(organization, bruno, **night())
    for n in range(5):
        tell(organization, ana, bruno, occasion=str(n))
    prefer(organization, bruno, quiet_hours_enabled=False)
    with all_organizations("the night is over"):
        Delivery.objects.across_organizations().update(due_at=timezone.now())
    in_parallel(lambda _: wake.run("notifications.send_mails"), times=4)
    sent = [each.to for each in mails()]
    assert (sent.count(ana.email), sent.count(bruno.email)) == (3, 5)
    states = [each for each in deliveries(organization, ana) if each[0] == "email"]
    assert states == [("email", "sent", "")] * 3 + [("email", "left_out", "too_many")] * 2
    assert len(told(organization, "test")) == 10, "what isn't mailed stays in the list"


@pytest.mark.parametrize("zone", ["", "Asia/Tokyo"])
def test_a_mail_waits_until_quiet_hours_on_the_persons_own_clock_are_over(
    organization: Organization, agent: User, zone: str
) -> None:
    User.objects.filter(pk=agent.pk).update(timezone=zone)
    prefer(organization, agent, **night(zone or organization.timezone))
    tell(organization, agent)
    assert send_mails() == []
    assert ("in_app", "sent", "") in deliveries(organization, agent)
    with organization_scope(organization):
        [waiting] = Delivery.objects.for_organization(organization).waiting()
        assert timedelta(minutes=58) < waiting.due_at - timezone.now() <= timedelta(hours=1)
        Delivery.objects.for_organization(organization).update(due_at=timezone.now())
    assert [each.to for each in send_mails()] == [agent.email]


@pytest.mark.parametrize("why", ["read", "switched_off", "gone"])
def test_a_mail_that_waited_for_nothing_is_left_out(organization: Organization, agent: User, why: str) -> None:
    tell(organization, agent)
    with organization_scope(organization):
        if why == "read":
            services.mark_all_read(organization_id=organization.pk, user_id=agent.pk)
        if why == "gone":
            Membership.objects.for_organization(organization).filter(user=agent).update(is_active=False)
    if why == "switched_off":
        prefer(organization, agent, email_enabled=False)
    assert send_mails() == []
    assert deliveries(organization, agent)[-1] == ("email", "left_out", why)


def test_notices_are_forgotten_after_ninety_days(organization: Organization, agent: User) -> None:
    tell(organization, agent)
    tell(organization, agent, occasion="2")
    with organization_scope(organization):
        old = Notice.objects.for_organization(organization).filter(occasion="1")
        old.update(created_at=F("created_at") - timedelta(days=91))
    wake.run("notifications.forget_old")
    with organization_scope(organization):
        assert [each.occasion for each in Notice.objects.for_organization(organization)] == ["2"]
        assert Preference.objects.for_organization(organization).exists()


# --- causes -------------------------------------------------------------------------------------------------------


def test_whoever_gets_a_conversation_is_told_and_whoever_takes_it_is_not(
    organization: Organization, owner: User, agent: User
) -> None:
    conversation = make_conversation(organization, contact=make_contact(organization, name="Bia"))
    with organization_scope(organization):
        messaging.assign(conversation=conversation, agent_id=agent.pk, by=agent)
        assert not Notice.objects.for_organization(organization).filter(kind="conversation_assigned").exists()
        messaging.assign(conversation=conversation, agent_id=agent.pk, by=owner)
        messaging.assign(conversation=conversation, agent_id=owner.pk, by=owner)
        messaging.assign(conversation=conversation, agent_id=None, by=owner)
        messaging.assign(conversation=conversation, agent_id=agent.pk, by=owner)
        messaging.close(conversation=conversation, by=owner)
    assert told(organization, "conversation_assigned") == [agent, agent]
    assert told(organization, "conversation_closed") == [agent]
    with organization_scope(organization):
        last = Notice.objects.for_organization(organization).get(kind="conversation_closed")
    assert last.words("en")[1] == "Olga Reis closed your conversation with Bia."
    assert last.link == f"/inbox/{conversation.pk}"


def test_a_number_in_trouble_is_told_to_those_who_can_mend_it(
    organization: Organization, owner: User, agent: User
) -> None:
    number = make_number(organization, status_detail="O token expirou.")
    with organization_scope(organization):
        for status in ("held", "connected", "held"):
            publish(NumberStatusChanged(organization_id=organization.pk, number_id=number.pk, status=status))
    assert told(organization, "number_trouble") == [owner], "once an hour"


def test_a_new_colleague_is_told_to_those_who_look_after_members(organization: Organization, owner: User) -> None:
    ana = make_member(organization, full_name="Ana Souza")
    assert told(organization, "member_joined") == [owner]
    with organization_scope(organization):
        Membership.objects.for_organization(organization).update(created_at=F("created_at") - timedelta(days=1))
    with all_organizations("another role, and no news"):
        Notice.objects.across_organizations().delete()
        accounts.add_member(organization=organization, user=ana, role="supervisor")
    assert told(organization, "member_joined") == []


def test_whoever_invited_somebody_hears_that_they_have_come(
    organization: Organization, owner: User, agent: User
) -> None:
    other = make_member(organization, role="admin")
    moment = timezone.now()
    make(
        Invitation, organization, email="bia@rocha.example", invited_by=owner, accepted_at=moment, expires_at=moment,
        token="t", token_hash="h", custom_role=None,
    )  # fmt: skip
    bia = make_member(organization, email="bia@rocha.example", full_name="Bia Rocha")
    assert told(organization, "invitation_accepted") == [owner]
    with organization_scope(organization):
        joined = Notice.objects.for_organization(organization).filter(values__user_id=str(bia.pk))
        assert [each.user for each in joined.filter(kind="member_joined")] == [other], "told once is enough"


def test_a_custom_role_leaves_everybody_their_own_notices(organization: Organization, agent: User) -> None:
    role = make(CustomRole, organization, name="Estoque", permissions=["contacts.view"])
    with organization_scope(organization):
        Membership.objects.for_organization(organization).filter(user=agent).update(custom_role=role)
    tell(organization, agent)
    assert client_of(agent, organization).get("/api/v1/notifications/").json()["results"]


def test_a_limit_that_is_reached_is_told_in_words(organization: Organization, owner: User, agent: User) -> None:
    with organization_scope(organization):
        fact = PlanLimitReached(organization_id=organization.pk, resource="monthly_messages", limit=1000, used=1001)
        publish(fact)
        publish(fact)
        [notice] = Notice.objects.for_organization(organization).filter(kind="plan_limit_reached")
    assert notice.user_id == owner.pk
    assert notice.words("pt-br")[1] == "O plano de vocês vai até 1000 mensagens por mês, e já são 1001."
