"""Who signed a webhook."""

import pytest

from apps.whatsapp.signature import is_signed, sign

SECRET = "pytake-test-secret"
VECTORS = [
    (
        b'{"object":"whatsapp_business_account","entry":[]}',
        "f1ea390f5cdb55b1f7dc9de75467c6c4fd30008bfe00468b68cf32c9e6ecbe21",
    ),
    (
        b'{"object": "whatsapp_business_account", "entry": []}',
        "5050e71df6e4eb95369cd2465bb34bad29b5c8a6d1510c592b74b414e1f18210",
    ),
    (rb'{"t":"ol\u00e1 \/"}', "7edd6075e2339db7d8c6ee295d1f38fd255e340afbf8cb38bd1cb849c07422dc"),
    ('{"t":"olá /"}'.encode(), "86db73ca9fd72bbeb0b48018242a47c0b9c1421f9f6cf96be20b95137e642e99"),
]


@pytest.mark.parametrize(("body", "digest"), VECTORS)
def test_the_bytes_as_they_came_are_what_is_signed(body: bytes, digest: str) -> None:
    assert sign(body, SECRET) == f"sha256={digest}"
    assert is_signed(body, f"sha256={digest}", [SECRET])
    assert is_signed(body, f"sha256={digest}".encode(), [SECRET.encode()])
    assert not is_signed(body + b" ", f"sha256={digest}", [SECRET])
    assert not is_signed(body, f"sha256={digest}", ["another"])


def test_while_a_secret_is_changed_both_count() -> None:
    body, digest = VECTORS[0]
    assert is_signed(body, f"sha256={digest}", ["new", SECRET])
    assert is_signed(body, f"sha256={digest}", [SECRET, "new"])
    assert not is_signed(body, f"sha256={digest}", [])


def test_an_empty_secret_signs_nothing() -> None:
    assert not is_signed(b"{}", sign(b"{}", ""), [""])
    assert not is_signed(b"{}", sign(b"{}", ""), ["", SECRET])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256=",
        "sha1=f1ea",
        "f1ea390f",
        "sha256=zz",
        "sha256=olá",
        "sha256=\udcff",
        b"\xff\x00",
        "sha256=" * 99,
    ],
)
def test_a_header_that_is_no_signature_is_refused(header: str | bytes | None) -> None:
    assert not is_signed(VECTORS[0][0], header, [SECRET])


def test_capital_letters_say_the_same() -> None:
    body, digest = VECTORS[0]
    assert is_signed(body, f"SHA256={digest.upper()}", [SECRET])
