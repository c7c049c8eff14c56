"""Query parameters that say what they don't understand, instead of passing over it."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django_filters import rest_framework as filters

_WORDS = {"true": True, "1": True, "false": False, "0": False, "": None}


class _YesNoWidget(forms.TextInput):
    """Hands on the word as it came."""


class _YesNoField(forms.NullBooleanField):
    def to_python(self, value: Any) -> bool | None:  # type: ignore[override]  # Django's stub forgets its own None
        word = str("" if value is None else value).lower()
        if word not in _WORDS:
            raise ValidationError("This is neither true nor false.", "invalid")
        return _WORDS[word]


YEARS = range(1900, 9001)


def is_thinkable(moment: datetime) -> bool:
    """Whether it is in years that every database and time zone can reckon with."""
    try:
        return moment.astimezone(UTC).year in YEARS
    except OverflowError:
        return False


class _MomentField(filters.IsoDateTimeFilter.field_class):  # type: ignore[misc]
    def to_python(self, value: Any) -> datetime | None:
        try:
            moment: datetime | None = super().to_python(value)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], "invalid") from None
        if moment is not None and not is_thinkable(moment):
            raise ValidationError("Say a time of the years 1900 to 9000.", "out_of_reach")
        return moment


class MomentFilter(filters.IsoDateTimeFilter):  # type: ignore[misc]
    """A time of ours; far from it PostgreSQL or Python fail."""

    field_class = _MomentField


class YesNoFilter(filters.BooleanFilter):  # type: ignore[misc]
    """`true` or `false`; django-filter's own takes any other word for "not asked"."""

    field_class = _YesNoField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"widget": _YesNoWidget})
