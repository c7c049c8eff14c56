"""What every answer says to browsers, where a client's address is read, and how often one may ask."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import Organization, User
from apps.core import ratelimits
from apps.core.actor import address_of, address_of_scope
from tests.conftest import client_of, make_member
from tests.core.schema import DocumentedClient

PROXIES = ["172.16.0.0/12", "fd00::/8", "127.0.0.1/32"]
PAGES = ["/app/", "/mail/", "/api/docs/", "/api/redoc/", "/api/v1/nowhere/", "/admin/login/"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_no_page_runs_a_script_that_stands_in_it(client: Client, path: str) -> None:
    policy = dict(each.partition(" ")[::2] for each in client.get(path)["Content-Security-Policy"].split("; "))
    scripts = policy.get("script-src", policy["default-src"])
    assert "unsafe-inline" not in scripts
    assert ("unsafe-eval" in scripts) is path.startswith("/admin/")
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers_that_harden_it(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert "microphone=(self)" in answer["Permissions-Policy"], "agents record voice messages"


def test_redoc_loads_nothing_of_its_makers(client: Client) -> None:
    script = client.get("/api/redoc/redoc.js")
    assert script["Content-Type"].startswith("text/javascript")
    assert b"cdn.redoc.ly" not in script.content
    assert b'src="/api/redoc/redoc.js"' in client.get("/api/redoc/").content


def test_only_pages_that_are_named_may_call_the_api(api: DocumentedClient, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://crm.example"]
    answer = api.get("/api/v1/contacts/", headers={"Origin": "https://crm.example"})
    assert answer["Access-Control-Allow-Origin"] == "https://crm.example"
    assert "Access-Control-Allow-Credentials" not in answer
    for path, origin in (("/api/v1/contacts/", "https://evil.example"), ("/admin/login/", "https://crm.example")):
        assert "Access-Control-Allow-Origin" not in api.get(path, headers={"Origin": origin})
    asked = {"Origin": "https://crm.example", "Access-Control-Request-Method": "PATCH"}
    assert "PATCH" in Client().options("/api/v1/contacts/", headers=asked)["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),  # no proxy of ours: what it says is its own
        ("198.51.100.7", "", "198.51.100.7"),
        ("172.18.0.2", "203.0.113.9", "203.0.113.9"),
        ("172.18.0.2", "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # written by the client, appended by the proxy
        ("172.18.0.2", "6.6.6.6,203.0.113.9, 172.18.0.3", "203.0.113.9"),  # two proxies
        ("172.18.0.2", "6.6.6.6, 198.51.100.7, 203.0.113.9", "203.0.113.9"),  # a stranger's proxy is a client
        ("172.18.0.2", "203.0.113.9, unknown", "172.18.0.2"),
        ("172.18.0.2", "203.0.113.9,,", "172.18.0.2"),
        ("::ffff:172.18.0.2", "203.0.113.9", "203.0.113.9"),
        ("fd00::2", "2001:DB8::1", "2001:db8::1"),
        ("fd00::2", "[2001:db8::1]:4711", "2001:db8::1"),
        ("fd00::2", "::ffff:203.0.113.9", "203.0.113.9"),
        ("172.18.0.2", "203.0.113.9:4711", "203.0.113.9"),
        ("127.0.0.1", "172.18.0.3", "172.18.0.3"),
        ("", "203.0.113.9", ""),
        ("unix:", "203.0.113.9", "unix:"),
    ],
)
def test_what_a_proxy_says_of_an_address_is_believed_only_of_our_own(
    settings: Any, peer: str, forwarded: str, client: str
) -> None:
    settings.TRUSTED_PROXIES = PROXIES
    assert address_of({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}) == client
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded.split(",")]
    assert address_of_scope({"client": (peer, 1234), "headers": headers}) == client, "several headers are one list"


@given(written=st.text(max_size=80), own=st.ip_addresses())
def test_nobody_chooses_their_address(written: str, own: Any) -> None:
    meta = {"REMOTE_ADDR": str(own), "HTTP_X_FORWARDED_FOR": written}
    assert address_of(meta) == str(getattr(own, "ipv4_mapped", None) or own)


def test_without_named_proxies_a_sign_in_is_kept_with_its_peer(client: Client, agent: User) -> None:
    seen = client.get("/api/v1/nowhere/", headers={"X-Forwarded-For": "6.6.6.6"}).wsgi_request.META
    assert seen["REMOTE_ADDR"] == "127.0.0.1"
    assert "HTTP_X_FORWARDED_FOR" not in seen


@pytest.fixture
def limited(settings: Any, organization: Organization) -> DocumentedClient:
    settings.API_REQUESTS_PER_MINUTE, settings.API_RATES = 3, {"send_message": 1, "send_media": 1}
    return client_of(make_member(organization, role="agent"), organization)


def test_who_asks_too_often_is_told_when_to_come_again(limited: DocumentedClient, organization: Organization) -> None:
    answers = [limited.get("/api/v1/contacts/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert {answer["X-RateLimit-Limit"] for answer in answers} == {"3"}
    assert 0 < int(answers[0]["X-RateLimit-Reset"]) <= 20
    assert 0 < int(answers[3]["Retry-After"]) <= 20
    assert answers[3].json()["type"] == "/problems/too-many"
    colleague = client_of(make_member(organization, role="agent"), organization)
    assert colleague.get("/api/v1/contacts/").status_code == 200, "counted by person"


def test_what_is_dear_has_a_narrower_limit(limited: DocumentedClient) -> None:
    path = f"/api/v1/conversations/{uuid4()}/messages/"
    first, second = (limited.post(path, {"text": "Oi"}) for _ in range(2))
    assert (first.status_code, second.status_code) != (429, 429)
    assert second.status_code == 429
    assert second["X-RateLimit-Limit"] == "1"
    assert limited.get("/api/v1/contacts/").status_code == 200


def test_nobody_is_refused_while_redis_is_away(limited: DocumentedClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_text: str) -> Any:
        raise ratelimits.redis.ConnectionError

    monkeypatch.setattr(ratelimits, "_script", away)
    assert {limited.get("/api/v1/contacts/").status_code for _ in range(5)} == {200}
