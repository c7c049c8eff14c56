"""A number's limits: what the API tells of them, and that many senders together keep them."""

import time
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.accounts.models import Organization
from apps.core import ratelimits
from apps.core.ratelimits import Places
from apps.messaging import outbox
from apps.whatsapp.rates import PAIR_BURST, hour_of, pair_bucket, places_key
from tests.conftest import make_conversation, make_message, make_number
from tests.core.schema import DocumentedClient

NUMBERS = "/api/v1/numbers/"


def test_a_reset_forgets_pairs_hours_and_pauses_and_counts_people_anew(
    owners_api: DocumentedClient, organization: Organization
) -> None:
    number = make_number(organization, messaging_limit="TIER_250", portfolio_id=str(uuid4()))
    gateway = make_number(organization, provider="evolution")
    pair = pair_bucket(number.pk, uuid4())
    hour = hour_of(gateway)
    assert hour is not None
    ratelimits.empty(pair)
    ratelimits.empty(hour)
    ratelimits.fill_places(Places(places_key(number), 250, 86400), {"somebody": time.time()})
    outbox.pause(number.pk, 60)
    path = f"{NUMBERS}{number.pk}/rate-limit/"
    used = owners_api.get(path).json()
    assert (used["people"]["used"], used["people"]["remaining"], used["can_send_now"]) == (1, 249, False)
    assert used["reason"] == "WhatsApp asked for a pause."
    assert owners_api.get(f"{NUMBERS}{gateway.pk}/rate-limit/").json()["hour"]["remaining"] == 0
    for each in (number, gateway):
        owners_api.post(f"{NUMBERS}{each.pk}/rate-limit/reset/")
    fresh = owners_api.get(path).json()
    assert (fresh["people"]["used"], fresh["can_send_now"]) == (0, True), "the messages know of nobody"
    assert owners_api.get(f"{NUMBERS}{gateway.pk}/rate-limit/").json()["hour"]["remaining"] == hour.capacity
    assert ratelimits.take((pair, PAIR_BURST)) == 0


def test_what_a_number_sent_is_told_by_hour_and_by_day(api: DocumentedClient, organization: Organization) -> None:
    number, now = make_number(organization), timezone.now()
    conversation = make_conversation(organization, number=number, last_message_at=now)
    for back, status in ((300, "sent"), (48, "delivered"), (48, "failed"), (2, "read"), (0, "queued"), (0, "sent")):
        make_message(
            organization, conversation=conversation, direction="outbound", status=status, at=now - timedelta(hours=back)
        )
    told = api.get(f"{NUMBERS}{number.pk}/rate-limit/").json()
    assert (len(told["by_hour"]), len(told["by_day"])) == (24, 7)
    assert [each["messages"] for each in told["by_hour"] if each["messages"]] == [1, 1]
    assert told["by_hour"][-1]["messages"] == told["hour"]["used"] == 1
    assert sum(each["messages"] for each in told["by_day"]) == 3
    day = (now - timedelta(hours=48)).astimezone(ZoneInfo(organization.timezone)).date()
    assert {each["day"]: each["messages"] for each in told["by_day"]}[str(day)] == 1
