from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.vault import services
from apps.vault.errors import ProviderAway


class Command(BaseCommand):
    help = (
        "Bring every secret under the newest key of VAULT_PROVIDER, after a key or the provider was changed. Others "
        "read and write meanwhile; stopped, it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=100, help="How many are looked up at once.")

    def handle(self, *_args: Any, batch: int, **_options: Any) -> None:
        try:
            done, unreadable = self._reencrypt(max(batch, 1))
            left = services.count_outdated()
        except ProviderAway as error:
            raise CommandError(f"{error.detail} What was done is done: run it again.") from error
        self.stdout.write(f"{done} secrets are under the newest key.")
        if unreadable:
            raise CommandError(f"{unreadable} secrets can’t be read with any key that is here; they stay as they are.")
        if left:
            raise CommandError(f"{left} secrets came under an old key meanwhile: restart everything, and run it again.")

    def _reencrypt(self, batch: int) -> tuple[int, int]:
        done = unreadable = 0
        for each in services.reencrypt_all(batch=batch):
            done, unreadable = done + each.readable, unreadable + (not each.readable)
            if not each.readable:
                self.stderr.write(f"Unreadable: {each.secret_id} of the organization {each.organization_id}")
        return done, unreadable
