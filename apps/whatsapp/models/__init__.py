"""What WhatsApp knows of us: apps, numbers, templates, webhooks, files."""

from apps.whatsapp.models.media import Media
from apps.whatsapp.models.meta_apps import MetaApp, ProviderName, new_key
from apps.whatsapp.models.numbers import Number
from apps.whatsapp.models.templates import Template, TemplateVersion
from apps.whatsapp.models.uploads import Upload
from apps.whatsapp.models.webhooks import WAITING, Change, InboundEvent

__all__ = [
    "WAITING", "Change", "InboundEvent", "Media", "MetaApp", "Number", "ProviderName", "Template", "TemplateVersion",
    "Upload", "new_key",
]  # fmt: skip
