from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from apps.core.errors import NotFound
from apps.vault.models import Secret, SecretUse


def secret_stats(*, organization_id: UUID) -> dict[str, Any]:
    """How many secrets there are: all, active, inactive, by scope and by provider; and how often they were used."""
    secrets = Secret.objects.for_organization(organization_id)
    counts = secrets.aggregate(
        total=Count("pk"),
        active=Count("pk", filter=Q(is_active=True)),
        inactive=Count("pk", filter=Q(is_active=False)),
        **{f"scope_{scope}": Count("pk", filter=Q(scope=scope)) for scope in Secret.Scope.values},
        **{f"provider_{name}": Count("pk", filter=Q(provider=name)) for name in Secret.Provider.values},
    )
    uses = SecretUse.objects.for_organization(organization_id).aggregate(all=Sum("count"))
    return {
        **{name: counts[name] for name in ("total", "active", "inactive")},
        "by_scope": {scope: counts[f"scope_{scope}"] for scope in Secret.Scope.values},
        "by_provider": {name: counts[f"provider_{name}"] for name in Secret.Provider.values},
        "uses": uses["all"] or 0,
    }


def lock_secret(secret: Secret, *, for_deletion: bool = False) -> Secret:
    """The secret as it is now, and stays until the transaction ends. Whoever uses it meanwhile hinders its deletion.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    secrets = Secret.objects.for_organization(secret.organization_id)
    locked = secrets.select_for_update(no_key=not for_deletion).filter(pk=secret.pk).first()
    if locked is None:
        raise NotFound
    return locked
