"""The three providers, each against something that speaks its API on this machine."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from apps.vault import registry
from tests.vault import transit as fake


@pytest.fixture(autouse=True)
def _every_id_is_a_chatbots(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an app with chatbots would say it."""
    monkeypatch.setattr(registry, "_who_know", [lambda organization_id, chatbot_id: True])


PROVIDERS = ["fernet", "aws_kms", "vault"]


@pytest.fixture
def transit(settings: Any) -> Iterator[fake.Transit]:
    with fake.running() as transit:
        transit.make_key("pytake")
        settings.VAULT_ADDR, settings.VAULT_TOKEN = transit.address, fake.TOKEN
        yield transit


@pytest.fixture(scope="session")
def moto_address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def kms(moto_address: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client of the KMS; `make_key()` of it is what settings name."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "only-for-tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "only-for-tests")
    settings.AWS_REGION, settings.AWS_ENDPOINT_URL = "sa-east-1", moto_address
    client = boto3.client("kms", region_name="sa-east-1", endpoint_url=moto_address)
    settings.AWS_KMS_KEY_ID = client.create_key()["KeyMetadata"]["KeyId"]
    return client


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest, settings: Any) -> str:
    """Each provider in turn is the one that encrypts."""
    if request.param != "fernet":
        request.getfixturevalue({"aws_kms": "kms", "vault": "transit"}[request.param])
    settings.VAULT_PROVIDER = request.param
    return str(request.param)
