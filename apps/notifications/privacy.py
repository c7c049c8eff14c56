"""What people were told, and of whom."""

from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from apps.core import privacy
from apps.core.privacy import BATCH, Store, Subject
from apps.notifications.models import Delivery, Notice, Preference


def _notices(subject: Subject) -> Any:
    """To the person, or naming the subject. Names aren't unique: a notice of a namesake may go, too."""
    rows = Notice.objects.for_organization(subject.organization_id)
    pattern = privacy.pattern_of((*subject.ids, *subject.handles, *subject.names))
    told = rows.alias(said=Cast("values", TextField()))
    about = Q(said__regex=pattern) | Q(occasion__regex=pattern) | Q(link__regex=pattern)
    return told.filter(about | Q(user=subject.id))


def _erase_notices(subject: Subject) -> int:
    ids = list(_notices(subject).order_by("pk").values_list("pk", flat=True)[:BATCH])
    Delivery.objects.for_organization(subject.organization_id).filter(notice__in=ids).delete()
    return Notice.objects.for_organization(subject.organization_id).filter(pk__in=ids).delete()[0]


def _preferences(subject: Subject) -> Any:
    return Preference.objects.for_organization(subject.organization_id).filter(user=subject.id)


privacy.store(
    Store(
        "notifications.notices", "notifications_notice, notifications_delivery", frozenset({"user", "contact"}),
        find=lambda subject: _notices(subject).count(), erase=_erase_notices,
        export=lambda subject: _notices(subject).filter(user=subject.id).values("kind", "values", "created_at"),
    )
)  # fmt: skip
privacy.store(
    Store(
        "notifications.preferences", "notifications_preference", frozenset({"user"}),
        find=lambda subject: _preferences(subject).count(),
        erase=lambda subject: _preferences(subject).delete()[0],
        export=lambda subject: _preferences(subject).values("quiet_hours_start", "quiet_hours_end", "chosen"),
    )
)  # fmt: skip
