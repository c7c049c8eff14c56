"""The demo organization, wired to the simulator: what a first run of bin/dev shows."""

import json
import os
import secrets
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts.models import Membership, Organization, Role, User
from apps.core.tenancy import all_organizations
from apps.whatsapp.models import MetaApp, Number
from apps.whatsapp.services import numbers

ORGANIZATION = "Padaria Aurora"
PASSWORD = "demo-pytake-2026"  # noqa: S105 - known to everybody, which is why production refuses it
APP_ID, WABA_ID, PHONE_NUMBER_ID = "9000001", "1000001", "2000001"
PHONE = "+55 11 95555-0100"
PATIENCE = 20.0  # seconds for the simulator to be there


@dataclass(frozen=True)
class Person:
    email: str
    full_name: str
    role: str

    @property
    def login(self) -> dict[str, str]:
        return {"email": self.email, "password": PASSWORD}


OWNER = Person("demo@pytake.localhost", "Olga Reis", Role.OWNER)
AGENTS = (
    Person("ana@pytake.localhost", "Ana Souza", Role.AGENT),
    Person("bruno@pytake.localhost", "Bruno Lima", Role.AGENT),
)


class Command(BaseCommand):
    help = (
        "Make the demo organization with its people and a number, and wire the number to the simulator at "
        "SIMULATOR_URL. Safe to repeat. Prints what was made as JSON."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO_ALLOWED:
            raise CommandError("The demo's passwords are known to everybody: it is not for production.")
        simulator = os.environ.get("SIMULATOR_URL", "").rstrip("/")
        with all_organizations("the demo: an organization, its people and its number are made at once"):
            organization = _organization()
            number = _number(organization, simulator)
            app = MetaApp.objects.across_organizations().get(pk=number.app_id)
        if simulator:
            self._wire(simulator, number, app)
        self.stdout.write(json.dumps(_sheet(number, app)))

    def _wire(self, simulator: str, number: Number, app: MetaApp) -> None:
        """Tell the simulator about the number; it shakes hands with our webhook, and goes on trying if we aren't up."""
        wanted = {
            "waba_id": number.waba_id,
            "display_phone_number": number.display_phone_number,
            "verified_name": number.verified_name,
            "access_token": number.access_token,
            "app_id": app.app_id,
            "app_secret": app.secret,
            "webhook_url": app.webhook_url,
            "verify_token": app.verify_token,
        }
        trouble = _put(f"{simulator}/control/numbers/{number.phone_number_id}", wanted)
        if trouble:
            self.stderr.write(trouble)


def _organization() -> Organization:
    owner = _user(OWNER)
    of_owner = Membership.objects.across_organizations().filter(user=owner).select_related("organization")
    member = of_owner.order_by("pk").first()
    organization = member.organization if member else accounts.create_organization(name=ORGANIZATION)
    for person in (OWNER, *AGENTS):
        user = _user(person)
        if not Membership.objects.across_organizations().filter(user=user, organization=organization).exists():
            accounts.add_member(organization=organization, user=user, role=person.role)
    return organization


def _user(person: Person) -> User:
    user = User.objects.by_email(person.email)
    if user is None:
        staff = person is OWNER
        user = User.objects.create_user(
            person.email, PASSWORD, full_name=person.full_name, is_staff=staff, is_superuser=staff,
            email_verified_at=timezone.now(),  # nobody can read a mail that is sent there
        )  # fmt: skip
    elif not user.check_password(PASSWORD):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return user


def _number(organization: Organization, simulator: str) -> Number:
    rows = Number.objects.across_organizations().present().filter(organization=organization)
    number = rows.filter(phone_number_id=PHONE_NUMBER_ID).select_related("app").first()
    if number is None:
        # A secret and a token of its own for each installation: nobody else can sign for this one.
        app = MetaApp.objects.across_organizations().create(
            organization=organization, name="Demo", app_id=APP_ID, secret=secrets.token_hex(16), graph_url=simulator
        )
        return numbers.claim_number(
            app=app,
            organization_id=organization.pk,
            phone_number_id=PHONE_NUMBER_ID,
            waba_id=WABA_ID,
            access_token=f"EAAD{secrets.token_urlsafe(48)}",
            told={"display_phone_number": PHONE, "verified_name": ORGANIZATION, "quality_rating": "GREEN"},
        )
    if simulator and number.app.graph_url != simulator:
        number.app.graph_url = simulator
        number.app.save(update_fields=["graph_url"])
    return number


def _sheet(number: Number, app: MetaApp) -> dict[str, Any]:
    return {
        "demo": OWNER.login,
        "agents": [person.login for person in AGENTS],
        "number": {
            "id": str(number.pk),
            "phone_number_id": number.phone_number_id,
            "waba_id": number.waba_id,
            "app_secret": app.secret,
            "verify_token": app.verify_token,
            "webhook_path": f"/webhooks/whatsapp/{app.key}/",
            "display_phone_number": number.display_phone_number,
            "access_token": number.access_token,
        },
    }


def _put(url: str, body: dict[str, str]) -> str:
    """Send JSON until the other side is there; returns what is wrong, if anything."""
    if not url.startswith(("http://", "https://")):
        raise CommandError(f"SIMULATOR_URL is no address: {url}")
    request = urllib.request.Request(  # noqa: S310 - checked above
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="PUT"
    )
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(request, timeout=15):  # noqa: S310 - checked above
                return ""
        except urllib.error.HTTPError as refusal:
            # It knows the number now, and tries our webhook until somebody answers there.
            return f"The simulator says: {refusal.read().decode(errors='replace')[:500]}"
        except OSError as error:
            if time.monotonic() > end:
                return f"The simulator at {url} doesn't answer: {error}. Run this again when it does."
            time.sleep(0.3)
