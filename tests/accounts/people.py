"""What the tests of people, roles and departments share."""

import re
from typing import Any

from apps.accounts.models import AuditEntry, Membership, Organization, User
from apps.core import mail
from apps.core.tenancy import organization_scope

API = "/api/v1/"


def kind_of(answer: Any) -> str:
    return str(answer.json()["type"]).removeprefix("/problems/").replace("-", "_")


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, kind_of(answer)


def member_of(user: User, organization: Organization) -> Membership | None:
    with organization_scope(organization):
        members = Membership.objects.for_organization(organization).select_related("custom_role")
        return members.filter(user=user).first()


def audited(organization: Organization) -> list[str]:
    """What stands in the audit log, in order, but for what makes a test's people and signs them in."""
    with organization_scope(organization):
        entries = AuditEntry.objects.for_organization(organization).order_by("pk")
        actions = entries.values_list("action", flat=True)
        return [each for each in actions if each != "members.added" and not each.startswith("sign_in.")]


def mailed_token(to: str) -> str:
    """The token of the newest link that was sent to an address."""
    text = next(each.text for each in mail.newest(50) if each.to == to and "/app/join?" in each.text)
    found = re.search(r"/app/join\?token=(\S+)", text)
    assert found, text
    return found[1]
