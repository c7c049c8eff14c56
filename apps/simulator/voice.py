"""Voice notes as WhatsApp sends them: Opus in Ogg. Chromium records the same Opus in WebM, so only the box changes.

Formats: WebM's elements (RFC 8794 and the Matroska list), Ogg pages (RFC 3533), Opus in Ogg (RFC 7845), and an Opus
packet's length from its first byte (RFC 6716 §3.1).
"""

import struct
from collections.abc import Iterator
from itertools import pairwise

_ENTERED = {0x18538067, 0x1654AE6B, 0xAE, 0x1F43B675, 0xA0}  # Segment, Tracks, TrackEntry, Cluster, BlockGroup
_CODEC_PRIVATE, _SIMPLE_BLOCK, _BLOCK = 0x63A2, 0xA3, 0xA1
_SERIAL = 0x50795461
_FIRST, _LAST = 2, 4
_MOST_SEGMENTS = 255


class NotOpus(ValueError):
    """The recording is no WebM with one Opus track."""


def ogg_of_webm(webm: bytes) -> bytes:
    """Put the Opus packets of a WebM recording into an Ogg file.

    Raises:
        NotOpus: it has none.
    """
    head, packets = b"", []
    for name, value in _elements(webm):
        if name == _CODEC_PRIVATE:
            head = value
        elif name in (_SIMPLE_BLOCK, _BLOCK):
            packets.append(_packet(value))
    if not head.startswith(b"OpusHead") or not packets:
        raise NotOpus("The recording has no Opus sound.")
    return b"".join(_pages(head, packets))


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every element that isn't a box of others; boxes are entered, so that an unknown size of a box doesn't matter."""
    place = 0
    while place < len(data):
        name, place = _number(data, place, keep_marker=True)
        size, place = _number(data, place, keep_marker=False)
        if name in _ENTERED:
            continue
        yield name, data[place : place + size]
        place += size


def _number(data: bytes, place: int, *, keep_marker: bool) -> tuple[int, int]:
    """EBML's number of variable length, and where it ends."""
    if place >= len(data) or not data[place]:
        raise NotOpus("The recording is not WebM.")
    width = 9 - data[place].bit_length()
    value = int.from_bytes(data[place : place + width], "big")
    if not keep_marker:
        value &= (1 << (7 * width)) - 1
    return value, place + width


def _packet(block: bytes) -> bytes:
    """The packet of a block: behind the track's number, the time and the flags."""
    _, place = _number(block, 0, keep_marker=False)
    return block[place + 3 :]


def _samples(packet: bytes) -> int:
    """How long a packet sounds, in samples at 48 kHz."""
    if not packet:
        return 0
    config, frames = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config & 3]
    elif config < 16:
        frame = (480, 960)[config & 1]
    else:
        frame = (120, 240, 480, 960)[config & 3]
    count = (1, 2, 2, packet[1] & 63 if len(packet) > 1 else 0)[frames]
    return frame * count


def _pages(head: bytes, packets: list[bytes]) -> Iterator[bytes]:
    vendor = b"PyTake simulator"
    tags = b"OpusTags" + struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", 0)
    yield _page(0, 0, _FIRST, [head])
    yield _page(1, 0, 0, [tags])
    granule = 0
    groups = list(_grouped(packets))
    for number, (start, end) in enumerate(groups, 2):
        group = packets[start:end]
        granule += sum(_samples(packet) for packet in group)
        yield _page(number, granule, _LAST if number == len(groups) + 1 else 0, group)


def _grouped(packets: list[bytes]) -> Iterator[tuple[int, int]]:
    """Ranges of packets that fit into one page each: its table has 255 places."""
    borders, used = [0], 0
    for place, packet in enumerate(packets):
        segments = len(packet) // 255 + 1
        if used + segments > _MOST_SEGMENTS:
            borders.append(place)
            used = 0
        used += segments
    yield from pairwise([*borders, len(packets)])


def _page(number: int, granule: int, kind: int, packets: list[bytes]) -> bytes:
    table = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    header = struct.pack("<4sBBqIIIB", b"OggS", 0, kind, granule, _SERIAL, number, 0, len(table))
    page = header + table + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(data: bytes) -> int:
    """Ogg's CRC-32: polynomial 0x04c11db7, not reflected, from zero."""
    crc = 0
    for byte in data:
        crc = (crc << 8) & 0xFFFFFFFF ^ _TABLE[(crc >> 24) ^ byte]
    return crc


def _table() -> list[int]:
    table = []
    for place in range(256):
        crc = place << 24
        for _ in range(8):
            crc = (crc << 1) ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1
        table.append(crc & 0xFFFFFFFF)
    return table


_TABLE = _table()
