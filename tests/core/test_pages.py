"""The pages around the API."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

MANIFEST = {
    "src/main.tsx": {"file": "assets/main-1.js", "imports": ["_ui.js"], "css": ["assets/main-1.css"], "isEntry": True},
    "_ui.js": {"file": "assets/ui-1.js", "imports": ["_base.js"], "css": ["assets/ui-1.css"]},
    "_base.js": {"file": "assets/base-1.js", "imports": ["_ui.js"]},
    "src/flows.tsx": {"file": "assets/flows-1.js", "isDynamicEntry": True},
}


@pytest.fixture
def build(settings: Any, tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [], str(tmp_path)
    manifest = tmp_path / "app" / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST))
    return manifest


@pytest.fixture(autouse=True)
def _no_finders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.contrib.staticfiles.finders.find", lambda *_: None)


def test_the_front_page_is_the_web_app(client: Client) -> None:
    assert client.get("/")["Location"] == "/app/"
    assert client.get("/app")["Location"] == "/app/"


@pytest.mark.parametrize("path", ["/app/", "/app/inbox/019abc00-0000-7000-8000-00000000c001", "/app/a.b/c"])
def test_every_path_of_the_web_app_is_its_shell(client: Client, build: Path, path: str) -> None:
    page = client.get(path)
    html = page.content.decode()
    assert page.status_code == 200
    assert '<script type="module" src="/static/app/assets/main-1.js">' in html
    assert html.index("ui-1.css") < html.index("main-1.css"), "the app's own styles come last"
    assert 'modulepreload" href="/static/app/assets/base-1.js"' in html
    assert "flows-1" not in html, "loaded when it is needed"


def test_the_shell_runs_nothing_inline_and_is_never_kept(client: Client, build: Path) -> None:
    page = client.get("/app/")
    policy = page["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "no-store" in page["Cache-Control"]
    assert b"<script>" not in page.content


@pytest.mark.parametrize(("accepts", "language"), [("pt-BR,pt;q=0.9", "pt-BR"), ("en-US", "en"), ("de", "pt-BR")])
def test_the_shell_says_its_language(client: Client, build: Path, accepts: str, language: str) -> None:
    page = client.get("/app/", headers={"Accept-Language": accepts})
    assert f'<html lang="{language}">' in page.content.decode()


def test_a_new_build_is_seen_at_once(client: Client, build: Path) -> None:
    client.get("/app/")
    build.write_text(json.dumps(MANIFEST).replace("-1.", "-22."))
    assert b"main-22.js" in client.get("/app/").content


@pytest.mark.parametrize(
    ("url", "for_ever"),
    [
        ("/static/app/assets/main-Bx81.js", True),
        ("/static/admin/css/base.0123456789ab.css", True),
        ("/static/app/favicon.svg", False),
        ("/static/admin/css/base.css", False),
    ],
)
def test_browsers_keep_what_has_a_hash_in_its_name(settings: Any, url: str, for_ever: bool) -> None:
    assert bool(re.search(settings.WHITENOISE_IMMUTABLE_FILE_TEST, url)) is for_ever


def test_without_a_build_the_page_says_how_to_make_one(client: Client, build: Path) -> None:
    build.unlink()
    page = client.get("/app/")
    assert page.status_code == 503
    assert b"npm run build" in page.content


def test_pages_are_read_only(client: Client, build: Path) -> None:
    assert client.post("/app/").status_code == 405
    assert client.head("/app/").status_code == 200


@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_the_documentation_loads_nothing_from_elsewhere(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    for attribute in ('src="http', 'href="http', 'src="//', 'href="//'):
        assert attribute not in page.content.decode()


def test_the_schema_is_there_for_everybody(client: Client) -> None:
    assert client.get("/api/schema/?format=json").json()["info"]["title"] == "PyTake"


@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_a_route_that_the_api_has_not_is_a_problem_whatever_is_sent_there(method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/contacts/0.5/vip/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["type"] == "/problems/not-found"


def test_no_cache_keeps_an_answer_of_the_api(client: Client) -> None:
    assert client.get("/api/v1/auth/me/")["Cache-Control"] == "no-store"
