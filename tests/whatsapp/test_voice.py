"""What browsers record, as WhatsApp plays it. The recordings are real ones: Chrome's of a microphone, ffmpeg's."""

import random
import struct
from pathlib import Path

import pytest

from apps.whatsapp import voice
from apps.whatsapp.voice import NotARecording, as_voice_note

FILES = Path(__file__).parent / "files"
CHROME = (FILES / "chrome-voice.webm").read_bytes()  # 1.5 s, cut into slices of 0.3 s, sizes left open
STEREO = (FILES / "stereo.ogg").read_bytes()


def pages(ogg: bytes) -> list[dict[str, object]]:
    """The pages of an Ogg stream, their checksums counted anew by the definition."""
    found, at = [], 0
    while at < len(ogg):
        magic, version, flags, position, serial, number, crc, count = struct.unpack_from("<4sBBqIIIB", ogg, at)
        assert (magic, version) == (b"OggS", 0)
        lacing = ogg[at + 27 : at + 27 + count]
        start = at + 27 + count
        end = start + sum(lacing)
        packets, length = [], 0
        for piece in lacing:
            length += piece
            if piece < 255:
                packets.append(ogg[start : start + length])
                start, length = start + length, 0
        page = ogg[at : at + 22] + b"\0\0\0\0" + ogg[at + 26 : end]
        assert crc == checksum(page)
        found.append({"flags": flags, "position": position, "number": number, "packets": packets, "serial": serial})
        at = end
    return found


def checksum(page: bytes) -> int:
    """The remainder of a long division, bit by bit: RFC 3533, section 6."""
    remainder = 0
    for byte in page:
        remainder ^= byte << 24
        for _ in range(8):
            remainder = (remainder << 1) ^ (0x104C11DB7 if remainder & 0x80000000 else 0)
    return remainder


def test_chromes_recording_becomes_ogg_with_the_same_packets() -> None:
    found = pages(as_voice_note(CHROME))
    head, tags, *sound = found
    assert head["packets"][0].startswith(b"OpusHead\x01\x01")  # type: ignore[index]
    assert tags["packets"][0].startswith(b"OpusTags")  # type: ignore[index]
    assert (head["flags"], found[-1]["flags"]) == (voice.FIRST, voice.LAST)
    assert [page["number"] for page in found] == list(range(len(found)))
    packets = [packet for page in sound for packet in page["packets"]]  # type: ignore[attr-defined]
    assert len(packets) == 25
    assert all(packet in CHROME for packet in packets)
    assert found[-1]["position"] == 72_000, "1.5 s at 48 kHz"


def test_a_stereo_recording_becomes_mono_by_its_header() -> None:
    assert STEREO[28 + 9] == 2
    note = as_voice_note(STEREO)
    assert pages(note)[0]["packets"][0][9] == 1  # type: ignore[index]
    assert note[47:] == STEREO[47:]
    assert as_voice_note(note) == note


def test_a_long_recording_keeps_its_pages_within_bounds() -> None:
    packets = [b"\x78" + bytes(1_200)] * 400  # 20 ms each, five pieces each
    found = pages(b"".join(voice._ogg(b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00", packets)))
    assert all(len(page["packets"]) <= 50 for page in found)  # type: ignore[arg-type]
    assert found[-1]["position"] == 400 * 960
    assert voice.seconds_of(packets) == 8.0


def test_a_recording_that_was_cut_off_keeps_what_is_whole() -> None:
    assert 0 < len(pages(as_voice_note(CHROME[: len(CHROME) * 2 // 3]))) <= len(pages(as_voice_note(CHROME)))


@pytest.mark.parametrize("data", [b"", b"OggS", b"\x1aE\xdf\xa3", b"RIFF\0\0\0\0WAVE", b"\x00" * 64, CHROME[:40]])
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    with pytest.raises(NotARecording):
        as_voice_note(data)


def test_no_damage_makes_anything_but_a_refusal() -> None:
    chance = random.Random(7)
    for _ in range(400):
        broken = bytearray(CHROME)
        for _ in range(chance.randrange(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            pages(as_voice_note(bytes(broken[: chance.randrange(1, len(broken))])))
        except NotARecording:
            continue
