"""Senders become contacts: one person, one contact, whatever they are called and however many workers meet them."""

from collections import defaultdict
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.accounts.models import Organization
from apps.contacts import services
from apps.contacts.models import Contact, ContactIdentity
from apps.contacts.phones import NotAPhone, match_key
from apps.contacts.services import Sender
from apps.core.tenancy import all_organizations, organization_scope
from tests.conftest import commits, facts_of, in_parallel, make_contact, make_organization
from tests.contacts.locks import until_somebody_waits_for_a_lock

TODAY, OLD = "5511987654321", "551187654321"
BSUID = "BR.13491208655302741918"


def recognise(*senders: Sender) -> list[Contact]:
    with all_organizations("a drain recognises senders"):
        found = services.recognise(senders)
        return [found[sender] for sender in senders]


def contacts_of(organization: Organization) -> list[Contact]:
    with organization_scope(organization):
        return list(Contact.objects.for_organization(organization).order_by("pk"))


def identities_of(organization: Organization) -> list[tuple[UUID, str, str]]:
    with organization_scope(organization):
        rows = ContactIdentity.objects.for_organization(organization).order_by("kind", "value")
        return list(rows.values_list("contact_id", "kind", "value"))


def kinds(organization: Organization) -> list[tuple[str, bool]]:
    return [(frame.kind, frame.data["created"]) for frame in facts_of(organization)]


def test_who_writes_first_becomes_a_lead_from_whatsapp(organization: Organization) -> None:
    [contact] = recognise(Sender(organization.pk, OLD, BSUID, "Bia 🌻"))
    assert [contact] == contacts_of(organization)
    assert (contact.source, contact.lifecycle_stage, contact.profile_name, contact.phone) == (
        "whatsapp", "lead", "Bia 🌻", OLD,
    )  # fmt: skip
    assert identities_of(organization) == [(contact.pk, "bsuid", BSUID), (contact.pk, "phone", TODAY)]


def test_both_spellings_of_a_number_are_one_person_and_the_last_is_kept(organization: Organization) -> None:
    [one] = recognise(Sender(organization.pk, TODAY, None))
    [again] = recognise(Sender(organization.pk, OLD, None))
    assert one == again
    assert [contact.phone for contact in contacts_of(organization)] == [OLD]


@pytest.mark.parametrize(
    ("first", "then"),
    [((TODAY, None), (None, BSUID)), ((None, BSUID), (TODAY, None))],
    ids=["phone, then user id", "user id, then phone"],
)
def test_a_contact_learns_the_other_identity(
    organization: Organization, first: tuple[str | None, str | None], then: tuple[str | None, str | None]
) -> None:
    [one] = recognise(Sender(organization.pk, *first))
    [both] = recognise(Sender(organization.pk, TODAY, BSUID))
    [later] = recognise(Sender(organization.pk, *then))
    assert one == both == later
    assert later.phone == TODAY


def test_senders_of_one_batch_who_are_one_person_get_one_contact(organization: Organization) -> None:
    by_phone, by_id = Sender(organization.pk, OLD, None, "Bia"), Sender(organization.pk, None, BSUID, "Beatriz")
    found = recognise(by_phone, by_id, Sender(organization.pk, TODAY, BSUID))
    assert len(set(found)) == len(contacts_of(organization)) == 1
    assert {(contact.phone, contact.profile_name) for contact in found} == {(TODAY, "Beatriz")}


def test_a_message_that_names_two_contacts_as_one_person_merges_them(organization: Organization) -> None:
    by_phone, by_id = recognise(Sender(organization.pk, TODAY, None, "Bia"), Sender(organization.pk, None, BSUID))
    assert by_phone != by_id
    assert recognise(Sender(organization.pk, OLD, BSUID)) == [by_phone]
    assert recognise(Sender(organization.pk, None, BSUID)) == [by_phone]
    rows = {each.pk: each for each in contacts_of(organization)}
    assert (rows[by_id.pk].merged_into_id, rows[by_id.pk].deleted_at is None) == (by_phone.pk, False)
    assert identities_of(organization) == [(by_phone.pk, "bsuid", BSUID), (by_phone.pk, "phone", TODAY)]


def test_a_parent_id_tells_that_ids_of_two_portfolios_are_one_person(organization: Organization) -> None:
    [one] = recognise(Sender(organization.pk, None, BSUID, parent_bsuid="BR.ENT.5", username="bia.rocha"))
    [other] = recognise(Sender(organization.pk, None, "BR.77"))
    [both] = recognise(Sender(organization.pk, None, "BR.77", parent_bsuid="BR.ENT.5", username="bia"))
    assert (both.pk, other.pk != one.pk) == (one.pk, True)
    assert [each.username for each in contacts_of(organization) if not each.deleted_at] == ["bia"]


def test_two_contacts_with_phones_of_their_own_stay_two_and_the_phone_decides(organization: Organization) -> None:
    by_phone, other = recognise(Sender(organization.pk, TODAY, None), Sender(organization.pk, "5521912345678", BSUID))
    assert recognise(Sender(organization.pk, TODAY, BSUID)) == [by_phone]
    assert recognise(Sender(organization.pk, None, BSUID)) == [other]


def test_the_profile_name_follows_and_the_name_given_by_people_stays(organization: Organization) -> None:
    contact = make_contact(organization, phone=TODAY, name="Beatriz Rocha", profile_name="Bia")
    assert recognise(Sender(organization.pk, TODAY, None, "")) == [contact]
    recognise(Sender(organization.pk, TODAY, None, "Bia 🌻" * 100))
    [contact] = contacts_of(organization)
    assert (contact.name, contact.profile_name) == ("Beatriz Rocha", ("Bia 🌻" * 100)[:255])


def test_a_deleted_contact_who_writes_is_back_with_what_was_known(organization: Organization) -> None:
    contact = make_contact(organization, phone=TODAY, notes="Likes cake.", deleted_at=timezone.now())
    recognise(Sender(organization.pk, TODAY, None))
    [back] = contacts_of(organization)
    assert (back.pk, back.deleted_at, back.notes) == (contact.pk, None, "Likes cake.")


def test_one_person_is_another_contact_in_another_organization(organization: Organization) -> None:
    theirs = make_organization("Confeitaria Sol")
    one, other = recognise(Sender(organization.pk, TODAY, BSUID), Sender(theirs.pk, TODAY, BSUID))
    assert (one.organization_id, other.organization_id) == (organization.pk, theirs.pk)
    assert recognise(Sender(organization.pk, OLD, None)) == [one]
    assert recognise(Sender(theirs.pk, None, BSUID)) == [other]


def test_in_an_organizations_own_scope_nobody_else_is_recognised(organization: Organization) -> None:
    recognise(Sender(make_organization("Confeitaria Sol").pk, TODAY, BSUID))
    with organization_scope(organization):
        [contact] = services.recognise([Sender(organization.pk, TODAY, BSUID)]).values()
    assert contact.organization_id == organization.pk


def test_a_sender_without_any_name_is_a_mistake(organization: Organization) -> None:
    with pytest.raises(ValueError, match="phone or a user id"):
        recognise(Sender(organization.pk, "", None))
    with pytest.raises(NotAPhone):
        recognise(Sender(organization.pk, BSUID, None))
    assert recognise() == []


@commits
def test_what_is_new_or_changed_is_published_and_nothing_else() -> None:
    organization = make_organization()
    recognise(Sender(organization.pk, TODAY, None, "Bia"), Sender(organization.pk, TODAY, None, "Bia R."))
    recognise(Sender(organization.pk, TODAY, BSUID, "Bia R."))
    recognise(Sender(organization.pk, OLD, BSUID, "Bia R."))
    assert kinds(organization) == [("contacts.ContactChanged", True), ("contacts.ContactChanged", False)]


def test_two_hundred_senders_take_the_queries_of_one(organization: Organization) -> None:
    def queries(senders: list[Sender]) -> int:
        with all_organizations("a drain recognises senders"), CaptureQueriesContext(connection) as captured:
            services.recognise(senders)
        return len(captured)

    def people(first: int, count: int, name: str = "") -> list[Sender]:
        return [Sender(organization.pk, f"55119{n:08}", f"BR.{n}", name) for n in range(first, first + count)]

    # new: look, contacts, identities, again, plan, facts; known: look, contacts; changed: whoever hears of it, too
    assert queries(people(0, 200)) == queries(people(200, 1)) == 6
    assert queries(people(0, 200)) == queries(people(200, 1)) == 2
    assert queries(people(0, 200, "Bia")) == queries(people(200, 1, "Bia"))

    def apart(first: int, count: int) -> list[Sender]:
        """As many pairs of contacts who are one person each, told so by whoever writes now."""
        each = people(first, count)
        recognise(*(Sender(organization.pk, one.phone, None) for one in each))
        recognise(*(Sender(organization.pk, None, one.bsuid) for one in each))
        return each

    assert queries(apart(300, 50)) == queries(apart(400, 1))


def test_the_newest_message_is_noted_and_never_an_older_one(organization: Organization) -> None:
    one, other = make_contact(organization), make_contact(organization)
    early, late = timezone.now(), timezone.now()
    with all_organizations("a drain notes messages"):
        services.note_messages({one.pk: late, other.pk: early})
        services.note_messages({one.pk: early, other.pk: late})
    assert [contact.last_message_at for contact in contacts_of(organization)] == [late, late]


# Who writes (0 to 3), whether the phone, the user id or both are shown, in which spelling, and under what name.
writes = st.tuples(
    st.integers(0, 3), st.sampled_from(["phone", "bsuid", "both"]), st.booleans(), st.sampled_from(["", "A", "B"])
)


@given(st.lists(st.lists(writes, min_size=1, max_size=6), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_shown_in_whatever_order_people_stay_apart_and_themselves(
    db: None, batches: list[list[tuple[int, str, bool, str]]]
) -> None:
    organization = make_organization("Hypothesis")
    by_identity: dict[str, set[UUID]] = defaultdict(set)
    by_person: dict[int, set[UUID]] = defaultdict(set)
    ways: dict[int, set[str]] = defaultdict(set)
    for batch in batches:
        senders = []
        for person, shown, today, name in batch:
            phone = f"5511{'9' if today else ''}8765432{person}" if shown != "bsuid" else None
            senders.append(Sender(organization.pk, phone, f"BR.{person}" if shown != "phone" else None, name))
        for (person, shown, _, _), sender, contact in zip(batch, senders, recognise(*senders), strict=True):
            ways[person].add(shown)
            by_person[person].add(contact.pk)
            if sender.phone:
                by_identity[match_key(sender.phone)].add(contact.pk)
                assert match_key(contact.phone) == match_key(sender.phone)
    assert all(len(contacts) == 1 for contacts in by_identity.values()), "a phone is one contact for ever"
    everybody = [pk for contacts in by_person.values() for pk in contacts]
    rows = contacts_of(organization)
    assert len(everybody) == len(set(everybody)) == len(rows), "nobody is somebody else"
    left = [each.pk for each in rows if not each.deleted_at]
    shown_both = {p for p in by_person if "both" in ways[p]}
    assert all(len(by_person[p] & {*left}) == 1 for p in shown_both), "who showed both is one contact"
    assert len(left) == sum(1 if p in shown_both else len(ways[p]) for p in by_person)


@commits
def test_eight_workers_who_meet_the_same_new_people_make_one_contact_of_each() -> None:
    organization = make_organization()
    people = [Sender(organization.pk, f"55119{80000000 + n}", f"BR.{n}", f"Person {n}") for n in range(300)]
    start = Barrier(8)

    def work(number: int) -> list[UUID]:
        recognise()  # connects
        mine = people if number % 2 else people[::-1]  # who take them in different orders must not wait in a circle
        start.wait()
        found = dict(zip(mine, recognise(*mine), strict=True))
        return [found[sender].pk for sender in people]

    answers = in_parallel(work, times=8)
    assert all(answer == answers[0] for answer in answers)
    assert len(contacts_of(organization)) == 300
    assert len(identities_of(organization)) == 600
    assert kinds(organization).count(("contacts.ContactChanged", True)) == 300


@commits
def test_workers_who_meet_new_people_in_opposite_order_do_not_wait_in_a_circle() -> None:
    """Somebody holds the one in the middle until both wait: each would have its first by then, and want the other's."""
    organization = make_organization()
    people = [Sender(organization.pk, f"55119{80000000 + n}", None) for n in range(3)]
    held = Barrier(3)

    def work(number: int) -> list[Contact]:
        if number:
            recognise()  # connects
            held.wait()
            return recognise(*(people if number == 1 else reversed(people)))
        with all_organizations("a drain recognises senders"):
            services.recognise(people[1:2])
            held.wait()
            until_somebody_waits_for_a_lock(waiting=2)
            transaction.set_rollback(True)
        return []

    _, one, other = in_parallel(work, times=3)
    assert one == other[::-1]
    assert set(one) == set(contacts_of(organization))


@commits
def test_workers_who_are_shown_different_sides_of_one_person_make_one_contact() -> None:
    """One holds the phone, uncommitted, while the other already gave the user id to a contact of its own."""
    organization = make_organization()
    shown = Barrier(2)

    def work(number: int) -> UUID:
        if number == 0:
            with all_organizations("a drain recognises senders"):
                [contact] = services.recognise([Sender(organization.pk, TODAY, None)]).values()
                shown.wait()
                until_somebody_waits_for_a_lock()
                return contact.pk
        shown.wait()
        return recognise(Sender(organization.pk, OLD, BSUID))[0].pk

    by_phone, by_both = in_parallel(work, times=2)
    assert by_phone == by_both
    assert [contact.pk for contact in contacts_of(organization)] == [by_phone]
    assert identities_of(organization) == [(by_phone, "bsuid", BSUID), (by_phone, "phone", TODAY)]
    assert recognise(Sender(organization.pk, None, BSUID))[0].pk == by_phone


@commits
def test_what_is_learned_of_a_contact_who_is_just_being_merged_goes_along() -> None:
    """What a worker claims for somebody whom another one merges at that moment would be nobody's for ever."""
    organization = make_organization()
    [stays] = recognise(Sender(organization.pk, TODAY, None))
    recognise(Sender(organization.pk, None, BSUID))
    merged = Barrier(2)

    def work(number: int) -> UUID:
        if number == 0:
            with all_organizations("a drain recognises senders"):
                services.recognise([Sender(organization.pk, TODAY, BSUID)])
                merged.wait()
                until_somebody_waits_for_a_lock()
            return stays.pk
        recognise()  # connects
        merged.wait()
        return recognise(Sender(organization.pk, None, BSUID, parent_bsuid="BR.ENT.5506"))[0].pk

    assert in_parallel(work, times=2) == [stays.pk, stays.pk]
    assert {contact_id for contact_id, _, _ in identities_of(organization)} == {stays.pk}


@commits
def test_what_two_workers_learn_of_one_person_is_both_kept() -> None:
    organization = make_organization()
    recognise(Sender(organization.pk, TODAY, BSUID, "Bia"))
    changed = Barrier(2)

    def work(number: int) -> None:
        if number == 0:
            with all_organizations("a drain recognises senders"):
                services.recognise([Sender(organization.pk, OLD, None)])
                changed.wait()
                until_somebody_waits_for_a_lock()
        else:
            changed.wait()
            recognise(Sender(organization.pk, None, BSUID, "Beatriz"))

    in_parallel(work, times=2)
    assert [(each.phone, each.profile_name) for each in contacts_of(organization)] == [(OLD, "Beatriz")]


@commits
def test_workers_who_bring_news_in_opposite_order_do_not_stop_each_other() -> None:
    organization = make_organization()
    people = [Sender(organization.pk, f"55119{80000000 + n}", None) for n in range(30)]
    recognise(*people)
    start = Barrier(4)

    def work(number: int) -> None:
        named = [Sender(each.organization_id, each.phone, None, f"By worker {number}") for each in people]
        start.wait()
        for _ in range(5):
            recognise(*(named if number % 2 else reversed(named)))

    in_parallel(work, times=4)
    assert len({contact.profile_name for contact in contacts_of(organization)}) == 1
