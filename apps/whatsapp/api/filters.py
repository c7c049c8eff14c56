from django_filters import rest_framework as filters

from apps.whatsapp.models import Change


class WebhookEventFilter(filters.FilterSet):  # type: ignore[misc]
    status = filters.ChoiceFilter(
        field_name="state", choices=Change.State.choices, label="pending, retrying, done or dead."
    )
