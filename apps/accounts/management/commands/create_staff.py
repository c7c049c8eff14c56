import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User


class Command(BaseCommand):
    help = "Make a person of the support staff, who may use /admin/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="")
        parser.add_argument("--password", help="Asked for, if left out.")

    def handle(self, *_args: Any, email: str, name: str, password: str | None, **_options: Any) -> None:
        password = password or getpass.getpass("Password: ")
        if len(password) < 8:
            raise CommandError("A password has 8 characters at least.")
        if User.objects.by_email(email):
            raise CommandError(f"{email} has an account already.")
        User.objects.create_superuser(email, password, full_name=name)
        self.stdout.write(f"{email} may sign in at /admin/.")
