from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from apps.accounts.models import Organization
from apps.core.realtime import connection
from apps.whatsapp.models import Number
from tests.conftest import make_app, make_number
from tests.stack import Stack, call


@pytest.fixture
def stack(tmp_path: Path, db: None) -> Iterator[Stack]:
    """The simulator is up; web and worker are started by whoever needs them. Leases are short, so that tests are."""
    connection().flushall()
    running = Stack(tmp_path, SENDING_LEASE_SECONDS="3")
    running.start_simulator()
    fast = {"status_delay": [0.01, 0.2], "throughput": 5000, "pair_limit": False}
    call("PATCH", f"{running.simulator}/control/switches", fast)
    try:
        yield running
    finally:
        running.stop()
        cache.clear()


def connect(organization: Organization, stack: Stack, *, verify: bool = False, **values: object) -> Number:
    """A number of the organization's that lives in the simulator."""
    app = make_app(organization, graph_url=stack.simulator)
    number = make_number(organization, app=app, **values)
    told = {
        "waba_id": number.waba_id, "display_phone_number": "+55 11 4000-1234", "verified_name": "Padaria Aurora",
        "access_token": number.access_token, "app_id": "1", "app_secret": app.secret,
        "webhook_url": f"{stack.web}/webhooks/whatsapp/{app.key}/", "verify_token": app.verify_token, "verify": verify,
    }  # fmt: skip
    call("PUT", f"{stack.simulator}/control/numbers/{number.phone_number_id}", told)
    return number
