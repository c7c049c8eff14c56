"""An organization's profile, settings and owner, and what the support staff do with it."""

import io
from collections import Counter
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from apps.accounts.models import AuditEntry, Organization, Session, User
from apps.core.desk import SHOWN
from apps.core.models import Mail
from apps.core.tenancy import all_organizations, organization_scope
from apps.messaging import outbox
from apps.messaging.models import Message
from tests.conftest import (
    PASSWORD,
    client_of,
    make_contact,
    make_conversation,
    make_member,
    make_message,
    make_organization,
)
from tests.core.schema import DocumentedClient, Operation, operations

URL = "/api/v1/organizations/"
ME = f"{URL}me/"
STAFF = [each for each in operations() if each.path.startswith(f"{URL}{{id}}/") or each.path == URL]


def again(organization: Organization) -> Organization:
    with all_organizations("an organization is looked at"):
        return Organization.objects.get(pk=organization.pk)


def actions_of(organization: Organization) -> list[str]:
    with organization_scope(organization):
        entries = AuditEntry.objects.for_organization(organization).filter(action__startswith="organization.")
        return list(entries.order_by("pk").values_list("action", flat=True))


def mails() -> list[tuple[str, str]]:
    with all_organizations("mails are read"):
        return list(Mail.objects.order_by("pk").values_list("to", "subject"))


@pytest.fixture
def staff(db: None) -> DocumentedClient:
    """Somebody of the support staff, who works in an organization of their own."""
    user = make_member(desk := make_organization("PyTake"), full_name="Sofia Support")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    return client_of(user, desk)


def test_an_admin_changes_the_profile(owners_api: DocumentedClient, organization: Organization) -> None:
    changed = owners_api.patch(ME, {"name": "Aurora", "timezone": "America/Bahia", "currency": "EUR"})
    assert changed.status_code == 200
    assert {"name": "Aurora", "timezone": "America/Bahia", "currency": "EUR"}.items() <= changed.json().items()
    assert owners_api.get(ME).json() == changed.json()
    assert actions_of(organization) == ["organization.changed"]
    assert owners_api.get("/api/v1/auth/me/").json()["organization"]["timezone"] == "America/Bahia"


@pytest.mark.parametrize(
    ("field", "value"),
    [("timezone", "Mars/Olympus"), ("currency", "reais"), ("website", "javascript:alert(1)"), ("language", "tlh")],
)
def test_what_no_organization_has_is_refused_by_name(owners_api: DocumentedClient, field: str, value: str) -> None:
    refused = owners_api.patch(ME, {field: value})
    assert refused.status_code == 400
    assert [each["field"] for each in refused.json()["errors"]] == [field]


def test_agents_see_the_profile_and_change_nothing(api: DocumentedClient) -> None:
    assert api.get(ME).status_code == 200
    assert api.patch(ME, {"name": "Mine"}).status_code == 403
    assert api.get(f"{ME}usage/").status_code == 403


def test_settings_are_merged_key_by_key(owners_api: DocumentedClient, organization: Organization) -> None:
    path = f"{ME}settings/"
    hours = {"monday": {"enabled": True, "start": "08:00", "end": "18:00"}}
    owners_api.patch(path, {"business_hours": hours, "notification_settings": {"daily": True, "weekly": True}})
    answer = owners_api.patch(path, {"notification_settings": {"weekly": None, "at": "07:00"}}).json()
    assert answer == {"business_hours": hours, "notification_settings": {"daily": True, "at": "07:00"}}
    sunday = {"sunday": {"enabled": False}}
    assert owners_api.patch(path, {"business_hours": sunday, "notification_settings": None}).json() == {
        "business_hours": sunday
    }
    assert owners_api.get(path).json() == again(organization).settings


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "blue"}, "colour"),
        ({"business_hours": {"funday": {"enabled": True}}}, "business_hours"),
        ({"agent_visibility": "everything"}, "agent_visibility"),
        ({"agent_visibility": {}}, "agent_visibility"),
        ({"security_settings": []}, "security_settings"),
        ({"security_settings": {"a": {"b": {"c": {"d": {"e": {}}}}}}}, "security_settings"),
        ({"organization_id": "x"}, "organization_id"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(
    owners_api: DocumentedClient, organization: Organization, changes: dict[str, Any], field: str
) -> None:
    refused = owners_api.patch(f"{ME}settings/", changes)
    assert refused.status_code == 400
    assert [each["field"] for each in refused.json()["errors"]] == [field]
    assert again(organization).settings == {}


def test_usage_says_how_much_of_the_plan_is_used(owners_api: DocumentedClient, organization: Organization) -> None:
    with all_organizations("a plan is given"):
        Organization.objects.filter(pk=organization.pk).update(plan="free", limits={"chatbots": None})
    make_contact(organization)
    usage = owners_api.get(f"{ME}usage/").json()
    assert usage["plan"] == "free"
    shares = {each["resource"]: (each["used"], each["limit"], each["share"]) for each in usage["resources"]}
    assert shares["contacts"] == (1, 1000, 0.001)
    assert shares["agents"] == (1, 2, 0.5)
    assert shares["chatbots"] == (0, None, None)
    assert owners_api.get(f"{ME}stats/").json()["contacts"] == 1


def test_who_hands_over_becomes_an_admin(
    owners_api: DocumentedClient, owner: User, agent: User, organization: Organization
) -> None:
    path = f"{ME}transfer-ownership/"
    assert owners_api.post(path, {"user_id": agent.pk, "password": "guessed"}).status_code == 403
    stranger = make_member(make_organization("Boreal"))
    assert owners_api.post(path, {"user_id": stranger.pk, "password": PASSWORD}).status_code == 400
    assert owners_api.post(path, {"user_id": owner.pk, "password": PASSWORD}).status_code == 409
    assert owners_api.post(path, {"user_id": agent.pk, "password": PASSWORD}).status_code == 204
    assert owners_api.get("/api/v1/auth/me/").json()["role"] == "admin"
    assert client_of(agent, organization).get("/api/v1/auth/me/").json()["role"] == "owner"
    assert {to for to, _ in mails()} == {owner.email, agent.email}
    assert owners_api.post(path, {"user_id": agent.pk, "password": PASSWORD}).status_code == 403
    assert actions_of(organization) == ["organization.ownership_transferred"] * 2


@pytest.mark.parametrize("route", STAFF, ids=str)
def test_only_staff_ask_for_any_organization(
    owners_api: DocumentedClient, organization: Organization, route: Operation
) -> None:
    path = route.path.replace("{id}", str(organization.pk))
    send = getattr(owners_api, route.method.lower())
    assert send(path, route.example or None).status_code == 403
    plain = make_member(desk := make_organization("PyTake"))
    User.objects.filter(pk=plain.pk).update(is_staff=True)
    clerk = client_of(plain, desk)
    answer = getattr(clerk, route.method.lower())(path, route.example or None)
    assert answer.status_code == (200 if route.method == "GET" else 403), "who may not change anything reads"
    assert getattr(DocumentedClient(), route.method.lower())(path).status_code == 401
    assert again(organization).is_active


def test_staff_give_plans_and_see_everybody(staff: DocumentedClient, organization: Organization) -> None:
    off = make_organization("Boreal")
    one = f"{URL}{organization.pk}/"
    given = staff.put(f"{one}plan/", {"plan": "starter", "limits": {"contacts": 5, "agents": None}})
    assert (given.status_code, given.json()["plan"], given.json()["limits"]["contacts"]) == (200, "starter", 5)
    assert staff.put(f"{one}plan/", {"plan": "starter", "limits": {"unicorns": 5}}).status_code == 400
    assert staff.patch(one, {"name": "Aurora"}).json()["name"] == "Aurora"
    assert staff.post(f"{URL}{off.pk}/deactivate/").status_code == 200
    names = {row["name"] for row in staff.get(URL).json()["results"]}
    assert names == {"Aurora", "Boreal", "PyTake"}
    assert {row["name"] for row in staff.get(URL, {"active_only": "true"}).json()["results"]} == {"Aurora", "PyTake"}
    assert staff.get(URL, {"active_only": "perhaps"}).status_code == 400
    assert staff.get(f"{one}stats/").json()["users"] == 0
    assert staff.get(f"{URL}{make_contact(organization).pk}/").status_code == 404
    assert actions_of(organization) == ["organization.plan_changed", "organization.changed"]
    with organization_scope(organization):
        entry = AuditEntry.objects.for_organization(organization).get(action="organization.plan_changed")
    assert entry.changes["before"]["plan"] == "unlimited"


def test_an_organization_that_is_switched_off_sends_nothing_and_goes_on_later(
    staff: DocumentedClient, api: DocumentedClient, organization: Organization
) -> None:
    conversation, nothing = make_conversation(organization), outbox.Ours(Counter(), Counter())
    message = make_message(organization, conversation=conversation, direction="outbound")
    staff.post(f"{URL}{organization.pk}/deactivate/")
    assert api.get(ME).status_code == 401, "its members are out at once"
    assert outbox.claim(room=10, room_per_number=10, ours=nothing).jobs == []
    staff.post(f"{URL}{organization.pk}/activate/")
    assert api.get(ME).status_code == 200
    jobs = outbox.claim(room=10, room_per_number=10, ours=nothing).jobs
    assert [job.message.pk for job in jobs] == [message.pk]
    with organization_scope(organization):
        assert Message.objects.for_organization(organization).get().status == "sending"
    assert actions_of(organization) == ["organization.deactivated", "organization.activated"]


def _picture(kind: str = "PNG", size: tuple[int, int] = (1200, 600), **more: Any) -> SimpleUploadedFile:
    written = io.BytesIO()
    Image.new("RGB", size, "orange").save(written, kind, **more)
    return SimpleUploadedFile("logo.png", written.getvalue(), "image/png")


def test_a_logo_is_written_anew_and_found_by_its_link_alone(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where we live"
    first = owners_api.post(f"{ME}logo/", {"file": _picture("JPEG", exif=exif)}, format="multipart")
    url = first.json()["logo_url"]
    shown = Client().get(url)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    picture = Image.open(io.BytesIO(b"".join(cast(Any, shown).streaming_content)))
    assert picture.size == (512, 256)
    assert not picture.getexif()
    assert Client().get(url.replace("logo-", "logo_")).status_code == 403
    assert Client().get(f"{url}x").status_code == 403
    assert Client().get(f"/pictures/{organization.pk}/2026/11/pao.png?until=1&signature=x").status_code == 403
    before = again(organization).logo
    owners_api.post(f"{ME}logo/", {"file": _picture()}, format="multipart")
    assert again(organization).logo != before
    removed = owners_api.delete(f"{ME}logo/")
    assert (removed.status_code, removed.json()["logo_url"]) == (200, None)
    assert actions_of(organization) == ["organization.logo_changed"] * 3


@pytest.mark.parametrize(
    ("name", "status"),
    [("page.svg", 400), ("half.png", 400), ("bomb.png", 413), ("heavy.png", 413), ("empty.png", 400)],
)
def test_what_is_no_logo_is_refused(
    owners_api: DocumentedClient, organization: Organization, name: str, status: int
) -> None:
    whole = _picture("PNG", (6001, 6001)).read() if name == "bomb.png" else _picture().read()
    files = {
        "page.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "half.png": whole[: len(whole) // 2],
        "bomb.png": whole,
        "heavy.png": b"\x89PNG" + bytes(2 * 1024 * 1024),
        "empty.png": b"",
    }
    refused = owners_api.post(f"{ME}logo/", {"file": SimpleUploadedFile(name, files[name])}, format="multipart")
    assert refused.status_code == status
    assert [each["field"] for each in refused.json()["errors"]] == ["file"]
    assert again(organization).logo == ""


def test_only_staff_who_show_that_it_is_they_look_after_organizations(
    organization: Organization, settings: Any
) -> None:
    sofia = make_member(desk := make_organization("PyTake"), role="owner")
    User.objects.filter(pk=sofia.pk).update(is_staff=True, is_superuser=True)
    staff = client_of(sofia, desk)
    settings.ADMIN_SECOND_FACTOR = True
    assert staff.get(URL).status_code == 403, "a password alone"
    Session.objects.update(second_factor="totp")
    assert staff.get(URL).status_code == 200
    other = make_member(organization)
    for passed_on in ({"only_organization_id": desk.pk}, {"impersonator": other, "method": "impersonation"}):
        Session.objects.update(**{"only_organization_id": None, "impersonator": None} | passed_on)
        assert staff.get(ME).status_code == 200
        assert staff.get(URL).status_code == 403
    Session.objects.update(only_organization_id=None, impersonator=None)
    key = staff.post("/api/v1/api-keys/", {"name": "x", "scopes": ["organization.manage"]}).json()["key"]
    program = DocumentedClient()
    program.credentials(HTTP_X_API_KEY=key)
    settings.ADMIN_SECOND_FACTOR = False
    assert program.get(f"{ME}settings/").status_code == 200
    assert program.get(URL).status_code == program.post(f"{URL}{organization.pk}/deactivate/").status_code == 403


def test_staff_who_work_nowhere_ask_in_the_browser_once_they_showed_their_second_factor(
    organization: Organization, settings: Any
) -> None:
    settings.ADMIN_SECOND_FACTOR = True
    browser, one = Client(), f"{URL}{organization.pk}/"
    browser.force_login(User.objects.create_superuser("support@pytake.example"))
    assert browser.get(URL).status_code == 401
    kept = browser.session
    kept[SHOWN] = True
    kept.save()
    for path in (URL, one, f"{one}stats/"):
        assert browser.get(path, headers={"Accept": "text/html"}).status_code == 200
    named, key = {"name": "Aurora"}, {"Idempotency-Key": "a"}
    answers = [browser.patch(one, named, "application/json", headers=key) for _ in range(2)]
    assert [each.json()["name"] for each in answers] == ["Aurora"] * 2
    assert browser.patch(f"{URL}{'a' * 36}/", named, "application/json", headers=key).status_code == 404
    assert browser.delete(one).status_code == 204
    assert again(organization).deletes_at
    with organization_scope(organization):
        [entry] = AuditEntry.objects.for_organization(organization).filter(action="organization.changed")
    assert entry.actor_kind == "staff"
    watched = Client(enforce_csrf_checks=True)
    watched.cookies = browser.cookies
    assert watched.post(f"{one}deactivate/", {}, "application/json").status_code == 403, "another site's page can't"
