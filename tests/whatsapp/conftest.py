from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.whatsapp.graph import Graph, Server


@pytest.fixture
def graph(settings: Settings) -> Iterator[Graph]:
    """WhatsApp, for everything in this test that asks it."""
    with Server(Graph()) as graph:
        settings.WHATSAPP_GRAPH_URL = graph.url
        yield graph
