from typing import Any

from django_filters import rest_framework as filters

from apps.notifications.querysets import NoticeQuerySet
from apps.notifications.registry import CHANNELS, SEVERITIES, all_types

STATES = ("unread", "read")


def _named(names: tuple[str, ...] | list[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class NoticeFilter(filters.FilterSet):  # type: ignore[misc]
    status = filters.ChoiceFilter(method="in_state", choices=_named(STATES), label="unread or read ones only.")
    # Asked for at each request: higher apps name theirs after this class is made.
    kind = filters.ChoiceFilter(choices=lambda: _named([each.name for each in all_types()]), label="Of one type.")
    severity = filters.ChoiceFilter(choices=_named(SEVERITIES), label="Of one severity.")
    channel = filters.ChoiceFilter(
        method="over_channel", choices=_named(CHANNELS), label="Those that went over this channel."
    )

    def in_state(self, notices: NoticeQuerySet, _name: Any, state: str) -> NoticeQuerySet:
        return notices.unread() if state == "unread" else notices.exclude(read_at=None)

    def over_channel(self, notices: NoticeQuerySet, _name: Any, channel: str) -> NoticeQuerySet:
        return notices.sent_by(channel)
