"""Every write to accounts, roles, numbers, secrets, exports and deletions leaves an entry in the audit log."""

from typing import Any

import pytest
from django.db import transaction

from apps.accounts.models import AuditEntry
from apps.core.tenancy import organization_scope
from tests.core.samples import Samples
from tests.core.schema import operations

NOUNS = {
    "api-keys", "departments", "invitations", "numbers", "organization-exports", "organizations", "privacy-jobs",
    "roles", "secrets", "security", "skills", "users",
}  # fmt: skip
# Of no weight, or done already in the samples.
EXEMPT = {
    "DELETE /api/v1/contacts/{id}/tags/": "a mark, which is no deletion",
    "DELETE /api/v1/contacts/{id}/vip/": "a mark, which is no deletion",
    "DELETE /api/v1/media/uploads/{upload_id}/": "a file that its own uploader doesn't go on with",
    "DELETE /api/v1/notifications/{id}/": "a person's own list of notices",
    "DELETE /api/v1/departments/{id}/agents/{user_id}/": "who isn't in the department is not taken out of it",
    "DELETE /api/v1/users/me/avatar/": "there is none",
    "POST /api/v1/numbers/{number_id}/templates/check/": "nothing is stored",
    "POST /api/v1/users/{id}/activate/": "they are active",
    "PUT /api/v1/users/me/status/": "whether somebody is at their desk changes all day, and has a history of its own",
}
WRITES = [
    route
    for route in operations()
    if route.method != "GET" and (route.noun in NOUNS or route.method == "DELETE") and route.noun != "auth"
]


def entries(samples: Samples) -> int:
    with organization_scope(samples.organization):
        return AuditEntry.objects.for_organization(samples.organization).count()


def _asked_whatsapp(answer: Any) -> bool:
    """Nobody is there to be asked: what would have been written is tested where somebody is."""
    return bool(answer.status_code == 422 and answer.json()["type"] == "/problems/whats-app-unreachable")


@pytest.mark.django_db
def test_a_write_of_weight_is_recorded() -> None:
    samples = Samples("Padaria Aurora")
    samples.everything()
    before, silent, refused = entries(samples), [], []
    for route in WRITES:
        point = transaction.savepoint()  # and no atomic(): requests open transactions that stand in no other
        answer: Any = samples.ask(route, samples.path_of(route), samples.body_of(route))
        if answer.status_code >= 300:
            refused += [] if _asked_whatsapp(answer) else [str(route)]
        elif entries(samples) <= before and str(route) not in EXEMPT:
            silent.append(str(route))
        transaction.savepoint_rollback(point)
    assert silent == []
    assert len(refused) < len(WRITES) / 3, f"too few were tried: {refused}"
