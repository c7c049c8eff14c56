"""Query parameters that say what they don't understand, instead of passing over it."""

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


class YesNoFilter(filters.BooleanFilter):  # type: ignore[misc]
    """`true` or `false`; django-filter's own takes any other word for "not asked"."""

    field_class = _YesNoField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"widget": _YesNoWidget})
