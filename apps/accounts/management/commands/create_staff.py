import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User


class Command(BaseCommand):
    help = "Make a person of the support staff, who may use /admin/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="", help="Left out: the e-mail address up to its @.")
        parser.add_argument("--password", help="Asked for, if left out.")

    def handle(self, *_args: Any, email: str, name: str, password: str | None, **_options: Any) -> None:
        if User.objects.by_email(email):
            raise CommandError(f"{email} has an account already.")
        name = name.strip() or email.strip().partition("@")[0]
        password = password or getpass.getpass("Password: ")
        try:
            validate_password(password, User(email=email, full_name=name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        User.objects.create_superuser(email, password, full_name=name)
        self.stdout.write(f"{email} may sign in at /admin/.")
