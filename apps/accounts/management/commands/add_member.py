import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import Organization, Role, User
from apps.core.tenancy import all_organizations


class Command(BaseCommand):
    help = "Take a person into an organization, or give them another role there; make their account if there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", required=True, help="The organization's slug.")
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="")
        parser.add_argument("--role", choices=Role.values, default=Role.AGENT)
        parser.add_argument("--password", help="Of a new account; asked for, if left out.")

    def handle(
        self, *_args: Any, organization: str, email: str, name: str, role: str, password: str | None, **_options: Any
    ) -> None:
        known = User.objects.by_email(email) is not None
        password = None if known else password or getpass.getpass("Password: ")
        if password is not None and len(password) < 8:
            raise CommandError("A password has 8 characters at least.")
        with all_organizations("a command takes people into organizations"):
            place = Organization.objects.filter(slug=organization).first()
            if place is None:
                raise CommandError(f"There is no organization with the slug {organization}.")
            user = User.objects.by_email(email) or User.objects.create_user(
                email, password, full_name=name or email, email_verified_at=timezone.now()
            )  # whoever runs the installation vouches for the address
            services.add_member(organization=place, user=user, role=role)
        self.stdout.write(f"{user.email} belongs to {place.name} as {role}.")
