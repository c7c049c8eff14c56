from typing import Any

from django.db.models import Q
from django_filters import rest_framework as filters

from apps.core.filters import YesNoFilter
from apps.whatsapp.models import Change, Number, Template
from apps.whatsapp.querysets import TemplateQuerySet


class WebhookEventFilter(filters.FilterSet):  # type: ignore[misc]
    status = filters.ChoiceFilter(
        field_name="state", choices=Change.State.choices, label="pending, retrying, done or dead."
    )


class TemplateFilter(filters.FilterSet):  # type: ignore[misc]
    status = filters.ChoiceFilter(choices=Template.Status.choices, label="DRAFT, PENDING, APPROVED …")
    category = filters.ChoiceFilter(choices=Template.Category.choices, label="MARKETING, UTILITY or AUTHENTICATION.")
    language = filters.CharFilter(label="A language, as `pt_BR`.", max_length=20)
    usable = YesNoFilter(method="of_usable", label="true: those that may be sent now.")
    search = filters.CharFilter(method="named", label="A part of a name.", max_length=100)

    def of_usable(self, rows: TemplateQuerySet, _name: str, wanted: bool) -> TemplateQuerySet:
        usable = Q(is_enabled=True, status__in=["APPROVED", "FLAGGED"])
        return rows.filter(usable if wanted else ~usable)

    def named(self, rows: TemplateQuerySet, _name: str, words: str) -> TemplateQuerySet:
        return rows.filter(name__contains=words.lower().replace(" ", "_"))


class AnyTemplateFilter(TemplateFilter):
    number_id = filters.UUIDFilter(method="of_number", label="Those that this number may send.")

    def of_number(self, rows: TemplateQuerySet, _name: str, number_id: Any) -> TemplateQuerySet:
        accounts = Number.objects.in_scope().present().filter(pk=number_id).exclude(waba_id="")
        return rows.filter(waba_id__in=accounts.values("waba_id"))
