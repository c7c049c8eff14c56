"""A recorded voice goes from WebM into Ogg."""

import struct

import pytest

from apps.simulator.voice import NotOpus, ogg_of_webm

HEAD = b"OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"
UNKNOWN = b"\x01\xff\xff\xff\xff\xff\xff\xff"
TWENTY_MS = bytes([(15 << 3) | 0])  # a hybrid frame of 20 ms, one in the packet


def element(name: str, content: bytes) -> bytes:
    return bytes.fromhex(name) + (0x4000 | len(content)).to_bytes(2, "big") + content


def webm(packets: list[bytes]) -> bytes:
    """A recording as browsers make it: segment and cluster of unknown size."""
    track = element("1654ae6b", element("ae", element("d7", b"\x01") + element("63a2", HEAD)))
    blocks = b"".join(element("a3", b"\x81\x00\x00\x80" + packet) for packet in packets)
    header = element("1a45dfa3", element("4282", b"webm"))
    segment = bytes.fromhex("18538067") + UNKNOWN + track
    return header + segment + bytes.fromhex("1f43b675") + UNKNOWN + element("e7", b"\x00") + blocks


def pages(ogg: bytes) -> list[tuple[int, int, list[int], bytes]]:
    """Kind, granule position, lacing table and content of each page; the checksum must be right."""
    found = []
    while ogg:
        magic, _, kind, granule, _, number, crc, count = struct.unpack("<4sBBqIIIB", ogg[:27])
        table = list(ogg[27 : 27 + count])
        end = 27 + count + sum(table)
        assert (magic, number) == (b"OggS", len(found))
        assert crc == checksum(ogg[:22] + b"\0\0\0\0" + ogg[26:end])
        found.append((kind, granule, table, ogg[27 + count : end]))
        ogg = ogg[end:]
    return found


def checksum(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def test_packets_keep_their_bytes_and_get_their_time() -> None:
    packets = [TWENTY_MS + bytes([place]) * 40 for place in range(100)]
    first, tags, sound = pages(ogg_of_webm(webm(packets)))
    assert (first[0], first[3]) == (2, HEAD)
    assert tags[3].startswith(b"OpusTags")
    assert (sound[0], sound[1]) == (4, 100 * 960)
    assert sound[3] == b"".join(packets)


def test_long_recordings_take_several_pages_and_long_packets_several_places() -> None:
    packets = [TWENTY_MS + b"x" * 599] * 200
    _, _, *sound = pages(ogg_of_webm(webm(packets)))
    assert len(sound) == 3
    assert [page[0] for page in sound] == [0, 0, 4]
    assert sound[-1][1] == 200 * 960
    assert sound[0][2][:3] == [255, 255, 90]
    assert b"".join(page[3] for page in sound) == b"".join(packets)


@pytest.mark.parametrize("content", [b"", b"\x00", b"no webm at all", webm([])])
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(NotOpus):
        ogg_of_webm(content)
