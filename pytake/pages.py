"""Pages that are no part of the API: the web app's shell, messages' files, and the mails that were not sent."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from apps.accounts.services.pictures import TYPE, until_when
from apps.core import mail
from apps.core.desk import has_shown_second_factor
from apps.whatsapp.filetypes import is_showable, suffix_for
from apps.whatsapp.models import Media
from apps.whatsapp.services.media import media_of_link
from pytake.files import NoSuchFileHere, answer_from_s3, answer_with_file

ENTRY = "src/main.tsx"  # as in frontend/vite.config.ts
EMPTY_PICTURE = b"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


@dataclass(frozen=True)
class Build:
    """What the shell page loads. Vite's own names, which are hashes: under another name a module would run twice,
    once for the page and once for the modules that import it."""

    script: str
    modules: tuple[str, ...]
    styles: tuple[str, ...]


def home(_request: HttpRequest) -> HttpResponse:
    return redirect("/app/")


def favicon(_request: HttpRequest) -> HttpResponse:
    """Browsers ask for it on pages that name none: the desk's, the documentation's."""
    return redirect(f"{settings.STATIC_URL}app/favicon.svg")


@require_safe
@never_cache  # the files that it names change their names with each build
def web_app(request: HttpRequest) -> HttpResponse:
    """One page for every path of the web app, which reads the path by itself."""
    build = _build()
    if build is None:
        return render(request, "app_not_built.html", status=503)
    page = {
        "language": translation.to_locale(translation.get_language() or "en").replace("_", "-"),
        "icon": f"{settings.STATIC_URL}app/favicon.svg",
        "script": build.script,
        "modules": build.modules,
        "styles": build.styles,
    }
    return render(request, "app.html", page)


@require_safe
@never_cache
def mail_outbox(request: HttpRequest) -> HttpResponseBase:
    """The newest mails: in development with their links, in production for the support staff and without."""
    is_staff = getattr(request.user, "is_staff", False)
    if not (settings.SHOW_MAIL_OUTBOX or (is_staff and has_shown_second_factor(request))):
        if request.user.is_authenticated and not is_staff:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())
    mails = mail.newest(100)
    for each in [] if settings.SHOW_MAIL_OUTBOX else mails:
        each.text = mail.masked(each.text)
    return render(request, "mail/outbox.html", {"mails": mails, "sends": bool(settings.SMTP_HOST)})


@require_safe
@cache_control(public=True, max_age=86_400)
def redoc_script(_request: HttpRequest) -> HttpResponse:
    """Redoc without the picture of its makers, which it would load from their server."""
    return HttpResponse(_redoc(), content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _redoc() -> bytes:
    name = "drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js"
    found = finders.find(name) or Path(settings.STATIC_ROOT, name)
    return Path(found).read_bytes().replace(b"https://cdn.redoc.ly/redoc/logo-mini.svg", EMPTY_PICTURE)


def _build() -> Build | None:
    manifest = Path(finders.find("app/manifest.json") or Path(settings.STATIC_ROOT, "app", "manifest.json"))
    try:
        return _read_build(manifest, manifest.stat().st_mtime_ns)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=1)
def _read_build(manifest: Path, _changed_at: int) -> Build:
    chunks = json.loads(manifest.read_text())
    names, waiting = list[str](), [ENTRY]
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.append(name)
            waiting += chunks[name].get("imports", [])
    styles = dict.fromkeys(style for name in reversed(names) for style in chunks[name].get("css", []))
    folder = f"{settings.STATIC_URL}app/"
    return Build(
        script=folder + chunks[ENTRY]["file"],
        modules=tuple(folder + chunks[name]["file"] for name in names[1:]),
        styles=tuple(folder + style for style in styles),
    )


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A logo or a portrait, for whoever holds a link to it that is ours and not too old."""
    until = until_when(name, request.GET.get("until", ""), request.GET.get("signature", ""))
    if until is None:
        return HttpResponseForbidden("This link is no longer valid.", "text/plain")
    try:
        size = default_storage.size(name)
        return answer_with_file(
            request, name, content_type=TYPE, filename=name.rpartition("/")[2], size=size, etag=name, inline=True,
            until=until,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Http404 from error


@require_safe
def media(request: HttpRequest, media_id: UUID) -> HttpResponseBase:
    """A file of a message, for whoever holds a link to it that is ours and not too old."""
    asked = request.GET
    small = "small" in asked
    found = media_of_link(media_id, asked.get("until", ""), asked.get("signature", ""), small=small)
    if found is None:
        return HttpResponseForbidden("This link is no longer valid. Open the conversation again.", "text/plain")
    file, until = found
    if small:
        return _thumbnail(request, file, until)
    showable = is_showable(file.mime_type)
    content_type = file.mime_type if showable else "application/octet-stream"
    filename = file.filename or f"{file.pk}{suffix_for(file.mime_type)}"
    inline = showable and "download" not in asked
    name = str(file.file)
    elsewhere = answer_from_s3(request, name, content_type=content_type, filename=filename, inline=inline)
    try:
        return elsewhere or answer_with_file(
            request, name, content_type=content_type, filename=filename, size=file.size or 0, etag=file.sha256,
            inline=inline, until=until,
        )  # fmt: skip
    except NoSuchFileHere as error:
        raise Http404 from error


def _thumbnail(request: HttpRequest, file: Media, until: datetime) -> HttpResponseBase:
    name = str(file.thumbnail)
    filename = f"{file.pk}.webp"
    try:
        return answer_from_s3(
            request, name, content_type=TYPE, filename=filename, inline=True
        ) or answer_with_file(
            request, name, content_type=TYPE, filename=filename, size=default_storage.size(name), etag=name,
            inline=True, until=until,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise Http404 from error
