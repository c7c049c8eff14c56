from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.services import audit_chain
from apps.core.tenancy import organization_scope


class Command(BaseCommand):
    help = "Walks along the audit chain of every organization, or of one, and says where it breaks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", type=UUID, help="The id of the only one to look at.")

    def handle(self, *args: Any, organization: UUID | None = None, **options: Any) -> None:
        broken = 0
        for organization_id in [organization] if organization else audit_chain.organizations_with_a_chain():
            with organization_scope(organization_id):
                verdict = audit_chain.verify_chain(organization_id)
            if verdict.first_break is None:
                self.stdout.write(f"{organization_id}: {verdict.checked} entries, whole; {verdict.waiting} waiting")
            else:
                broken += 1
                at = verdict.first_break
                self.stdout.write(f"{organization_id}: breaks at {at.number}: {at.kind} {at.entry_id or ''}".rstrip())
        if broken:
            raise CommandError(f"{broken} broken.")
