"""Which ways to WhatsApp there are, by the word that numbers and apps name them with."""

from typing import Final

from apps.whatsapp.providers.base import Provider
from apps.whatsapp.providers.cloud.connector import CloudProvider
from apps.whatsapp.providers.evolution.connector import EvolutionProvider

PROVIDERS: Final[dict[str, Provider]] = {
    "cloud": CloudProvider(),
    "evolution": EvolutionProvider(),
}


def named(name: str) -> Provider:
    """
    Raises:
        LookupError: nobody has built that one.
    """
    return PROVIDERS[name]
