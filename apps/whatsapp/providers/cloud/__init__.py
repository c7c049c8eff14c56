"""Meta's Cloud API, official: https://developers.facebook.com/documentation/business-messaging/whatsapp."""

from apps.whatsapp.providers.cloud.client import MEDIA_HOSTS, CloudClient, Fetched
from apps.whatsapp.providers.http import FILE_TIMEOUT, SEND_TIMEOUT, Body, open_session

__all__ = ["FILE_TIMEOUT", "MEDIA_HOSTS", "SEND_TIMEOUT", "Body", "CloudClient", "Fetched", "open_session"]
