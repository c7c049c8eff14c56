"""The vectors of whatsapp.md §2."""

import json

import pytest

from apps.simulator.signing import envelope, escaped, signature

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
def test_the_published_vectors_are_signed_alike(body: bytes, digest: str) -> None:
    assert signature(SECRET, body) == f"sha256={digest}"


def test_the_escaped_form_is_the_one_that_meta_signs() -> None:
    body = escaped({"t": "olá /"}).encode()
    assert body == VECTORS[2][0]
    assert signature(SECRET, body).endswith(VECTORS[2][1])


def test_emoji_are_escaped_as_two_units_and_come_back_whole() -> None:
    text = escaped({"t": "👍🏽 a/b \x00"})
    assert text == r'{"t":"\ud83d\udc4d\ud83c\udffd a\/b \u0000"}'
    assert json.loads(text) == {"t": "👍🏽 a/b \x00"}


def test_an_envelope_without_entries_is_the_first_vector() -> None:
    assert envelope([]) == VECTORS[0][0]
