"""A file is what its bytes say; names and claims help only where the bytes are silent."""

import io
import zipfile

import pytest

from apps.whatsapp.filetypes import is_animated, is_showable, safe_name, suffix_for, true_type


def zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return data.getvalue()


DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JPEG, PNG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
OPUS = b"OggS\x00\x02" + bytes(21) + b"\x13OpusHead\x01\x01"
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm"


@pytest.mark.parametrize(
    ("head", "declared", "name", "found"),
    [
        (JPEG, "image/png", "x.png", "image/jpeg"),
        (PNG, "", "", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/png", "", "image/webp"),
        (b"GIF89a\x01", "", "", "image/gif"),
        (b"%PDF-1.7\n", "text/plain", "", "application/pdf"),
        (MP4, "video/mp4", "", "video/mp4"),
        (MP4, "audio/mp4", "", "audio/mp4"),  # Safari's voice note
        (MP4 + b"hdlr\0\0\0\0\0\0\0\0vide", "audio/mp4", "", "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4A \x00", "", "", "audio/mp4"),
        (b"\x00\x00\x00\x18ftyp3gp4\x00", "", "", "video/3gpp"),
        (OPUS, "audio/ogg", "", "audio/ogg; codecs=opus"),
        (b"OggS\x00\x02" + bytes(21) + b"\x1e\x01vorbis", "audio/ogg", "", "application/ogg"),
        (WEBM + b"\x86\x86A_OPUS", "video/webm", "", "audio/webm"),
        (WEBM + b"\x86\x85V_VP8", "audio/webm", "", "video/webm"),
        (b"#!AMR\n\x3c", "", "", "audio/amr"),
        (b"ID3\x04", "", "", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "", "", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/mpeg", "", "audio/aac"),
        (zipped("word/document.xml"), DOCX, "", DOCX),
        (zipped("word/document.xml"), "application/octet-stream", "carta.docx", DOCX),
        (zipped("a.txt"), "image/png", "a.png", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(8), "", "tabela.xls", "application/vnd.ms-excel"),
        ("olá, mundo\n".encode(), "", "", "text/plain"),
        (b"a;b\n1;2\n", "", "dados.csv", "text/csv"),
        (b'{"a": 1}', "application/json", "", "application/json"),
        (b"<script>alert(1)</script>", "image/png", "x.png", "text/plain"),
        (b"<!DOCTYPE html><html>", "text/html", "x.html", "text/html"),
        (bytes(range(256)), "application/x-strange", "", "application/x-strange"),
        (bytes(range(256)), "image/jpeg", "x.jpg", "application/octet-stream"),
        (b"MZ\x90\x00" + bytes(64), "image/png", "", "application/vnd.microsoft.portable-executable"),
        (b"", "image/png", "", "text/plain"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_type_of_a_file(head: bytes, declared: str, name: str, found: str) -> None:
    assert true_type(head, declared, name) == found


def test_a_character_cut_in_two_at_the_end_is_still_text() -> None:
    assert true_type("é".encode() * 40_000, "", "")[:4] == "text"
    assert true_type(("a" + "é" * 40_000).encode()[: 64 * 1024], "", "") == "text/plain"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("cardápio.pdf", "cardápio.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ana\\foto.jpg", "foto.jpg"),
        ("a\0b\nc\u202egpj.exe", "a_b_c_gpj.exe"),
        ('x"; filename="y.html', "x_; filename=_y.html"),
        ("\ud800.txt", "?.txt".replace("?", "_")),
        ("  .hidden. ", "hidden"),
        ("", ""),
    ],
)
def test_a_name_is_one_line_without_folders(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("😀" * 300 + ".pdf")
    assert name.endswith("😀.pdf")
    assert len(name.encode("utf-16-le")) // 2 <= 240


@pytest.mark.parametrize(
    ("mime_type", "name", "suffix"),
    [
        ("image/jpeg", "x.exe", ".jpg"),
        ("audio/ogg; codecs=opus", "", ".ogg"),
        (DOCX, "", ".docx"),
        ("application/x-strange", "a.xyz", ".xyz"),
        ("application/x-strange", "a.x/y", ".bin"),
        ("application/octet-stream", "", ".bin"),
    ],
)
def test_the_ending_follows_the_type(mime_type: str, name: str, suffix: str) -> None:
    assert suffix_for(mime_type, name) == suffix


def test_browsers_show_pictures_sound_and_pdf_and_nothing_that_can_hold_a_script() -> None:
    assert all(map(is_showable, ["image/jpeg", "audio/ogg; codecs=opus", "video/mp4", "application/pdf"]))
    assert not any(map(is_showable, ["image/svg+xml", "text/html", "text/plain", "application/xml", ""]))


def test_moving_stickers_are_known() -> None:
    assert is_animated(b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02")
    assert not is_animated(b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x10")
    assert not is_animated(PNG)
