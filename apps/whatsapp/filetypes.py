"""What a file really is, and what to call it. Pure: bytes and names come in as arguments.

What a sender says of a file is a hint: a type that its bytes contradict is not believed, since browsers act on types.
"""

import mimetypes
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

import puremagic

HEAD: Final = 64 * 1024  # bytes of a file's beginning that are looked at
LONGEST_NAME: Final = 240
UNKNOWN: Final = "application/octet-stream"
OPUS: Final = "audio/ogg; codecs=opus"
# What a browser may show by itself; SVG isn't among them, since it can hold scripts.
SHOWABLE: Final = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/bmp", "application/pdf"}
)

_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR\n", "audio/amr"),
    (b"ID3", "audio/mpeg"),
)
# Formats that are one container inside: the declared type or the name says which.
_ZIP_SUFFIXES: Final = frozenset({".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".apk", ".zip"})
_OLE_SUFFIXES: Final = frozenset({".doc", ".xls", ".ppt", ".msg"})
_MORE_TYPES: Final = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".epub": "application/epub+zip",
    ".apk": "application/vnd.android.package-archive",
    ".zip": "application/zip",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".msg": "application/vnd.ms-outlook",
}
_SUFFIXES: Final = {kind: suffix for suffix, kind in _MORE_TYPES.items()} | {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "video/webm": ".webm",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/webm": ".webm",
    "audio/wav": ".wav",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
}
_TEXTUAL: Final = re.compile(
    r"text/.+|application/(json|xml|javascript|x-sh|rtf|x-yaml|yaml|sql|.+\+(xml|json))|image/svg\+xml"
)
_VIDEO_TRACK: Final = re.compile(rb"\x86[\x80-\xff]V_")  # Matroska's CodecID of a picture
# Everything that ends a line, a folder or a string, or turns the reading direction.
_UNWELCOME: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[/\\:*?<>|]|\""
)


def base_of(mime_type: str) -> str:
    """A type without its parameters, in lower case: `audio/ogg` of `audio/OGG; codecs=opus`."""
    return mime_type.partition(";")[0].strip().lower()


def true_type(head: bytes, declared: str = "", filename: str = "") -> str:
    """The type of a file.

    Args:
        head: its first `HEAD` bytes.
        declared: what the sender says, parameters included; believed where the bytes don't speak against it.
        filename: helps with formats that look alike inside.
    """
    claim = base_of(declared)
    if found := _by_signature(head, claim, filename):
        return found
    if _is_text(head):
        return _text_type(claim, filename)
    return _by_library(head, claim)


def suffix_for(mime_type: str, filename: str = "") -> str:
    """With which ending a file of this type is stored, dot included; its own where the type has none."""
    kind = base_of(mime_type)
    found = _SUFFIXES.get(kind) or mimetypes.guess_extension(kind)
    if found and kind != UNKNOWN:
        return found
    own = PurePosixPath(filename).suffix.lower()
    return own if re.fullmatch(r"\.[a-z0-9]{1,8}", own) else ".bin"


def safe_name(filename: str) -> str:
    """A name as a person may see it and a system may store it: one line, no folders, at most 240 UTF-16 units."""
    last = re.split(r"[/\\]", filename)[-1]
    name = _UNWELCOME.sub("_", unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode())).strip(" .")
    stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix[:20]
    while len((stem + suffix).encode("utf-16-le")) // 2 > LONGEST_NAME:
        stem = stem[:-1]
    return stem + suffix


def is_animated(head: bytes) -> bool:
    """Whether a webp moves: such a sticker may be larger."""
    return head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and len(head) > 20 and bool(head[20] & 0x02)


def is_showable(mime_type: str) -> bool:
    """Whether a browser may open the file in its place, and not only save it."""
    kind = base_of(mime_type)
    return kind in SHOWABLE or kind.startswith(("audio/", "video/"))


def has_looks(mime_type: str) -> bool:
    """Whether it can be shown smaller, or how long it sounds."""
    return base_of(mime_type).startswith(("image/", "audio/", "video/"))


def _by_signature(head: bytes, claim: str, filename: str) -> str:
    plain = next((kind for start, kind in _STARTS if head.startswith(start)), "")
    return plain or _container(head, claim) or _office(head, claim, filename) or _mpeg_audio(head)


def _container(head: bytes, claim: str) -> str:
    """Boxes that hold sound, pictures or both: which, is written further inside."""
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _mp4_type(head, claim)
    if head[:4] == b"OggS":
        return _ogg_type(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        sound = "video/webm" if _VIDEO_TRACK.search(head) else "audio/webm"
        return sound if b"webm" in head[:64] else "video/x-matroska"
    return ""


def _office(head: bytes, claim: str, filename: str) -> str:
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _one_of(_ZIP_SUFFIXES, claim, filename) or "application/zip"
    if head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _one_of(_OLE_SUFFIXES, claim, filename) or "application/x-ole-storage"
    return ""


def _mp4_type(head: bytes, claim: str) -> str:
    brand = head[8:12].lower()
    if brand.startswith(b"qt"):
        return "video/quicktime"
    if brand in (b"heic", b"heix", b"mif1", b"avif"):
        return "image/avif" if brand == b"avif" else "image/heic"
    sound_only = brand.startswith(b"m4a") or (claim.startswith("audio/") and b"vide" not in head)
    if brand.startswith((b"3gp", b"3g2")):
        return "audio/3gpp" if sound_only else "video/3gpp"
    return "audio/mp4" if sound_only else "video/mp4"


def _ogg_type(head: bytes) -> str:
    if b"OpusHead" in head[:64]:
        return OPUS
    return "video/ogg" if b"\x80theora" in head[:200] else "application/ogg"


def _mpeg_audio(head: bytes) -> str:
    """MP3 and AAC begin with eleven or twelve set bits; the next ones tell them apart."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return ""
    if head[1] & 0xF6 == 0xF0:
        return "audio/aac"
    valid = head[1] & 0x18 != 0x08 and head[1] & 0x06 and head[2] & 0xF0 != 0xF0
    return "audio/mpeg" if valid else ""


def _one_of(suffixes: frozenset[str], claim: str, filename: str) -> str:
    if _SUFFIXES.get(claim) in suffixes:
        return claim
    suffix = PurePosixPath(filename).suffix.lower()
    return _MORE_TYPES[suffix] if suffix in suffixes else ""


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(head) < HEAD or error.start < len(head) - 4:  # a character cut in two at the end is none's fault
            return False
        text = head[: error.start].decode("utf-8-sig")
    return not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\x1b" for c in text)


def _text_type(claim: str, filename: str) -> str:
    if _TEXTUAL.fullmatch(claim):
        return claim
    guess = mimetypes.guess_type(filename)[0] or ""
    return guess if _TEXTUAL.fullmatch(guess) else "text/plain"


def _by_library(head: bytes, claim: str) -> str:
    try:
        found = [match.mime_type for match in puremagic.magic_string(head) if match.mime_type]
    except (puremagic.PureError, ValueError):
        found = []
    if claim in found:
        return claim
    believable = bool(claim) and claim not in _SUFFIXES and claim not in SHOWABLE and not _TEXTUAL.fullmatch(claim)
    return claim if believable and not found else next(iter(found), UNKNOWN)
