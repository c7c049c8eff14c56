"""Voice notes as WhatsApp wants them, Ogg with Opus in mono, from what browsers record. Pure.

Chrome records the same Opus packets into WebM: they are taken out and put into Ogg pages, unheard and unchanged, so
that no codec is needed. How many channels come out of the decoder is said by the header alone and not by the packets
(RFC 7845, 5.1.1), so a stereo recording becomes mono by one byte.

Sources: https://www.rfc-editor.org/rfc/rfc7845 (Ogg Opus), https://www.rfc-editor.org/rfc/rfc3533 (Ogg),
https://www.rfc-editor.org/rfc/rfc6716 (Opus), https://www.rfc-editor.org/rfc/rfc8794 (EBML), RFC 9559 (Matroska)
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

SAMPLES_A_SECOND: Final = 48_000
PACKETS_A_PAGE: Final = 50
SERIAL: Final = 0x5079546B
FIRST, LAST = 0x02, 0x04  # flags of a page
CHANNELS_AT: Final = 9  # in OpusHead
MAPPING_AT: Final = 18
VENDOR: Final = b"PyTake"

_TRACK_ENTRY, _TRACK_NUMBER, _CODEC, _CODEC_PRIVATE = 0xAE, 0xD7, 0x86, 0x63A2
_SIMPLE_BLOCK, _BLOCK = 0xA3, 0xA1
# Segment, Tracks, a track, Cluster, BlockGroup: what holds the elements that matter.
_MASTERS: Final = frozenset({0x18538067, 0x1654AE6B, _TRACK_ENTRY, 0x1F43B675, 0xA0})
_LACED: Final = 0x06


class NotARecording(ValueError):
    """The bytes aren't a recording in Opus, or one that is cut in the wrong place."""


def as_voice_note(recording: bytes) -> bytes:
    """Ogg Opus in mono of a recording in WebM or Ogg.

    Raises:
        NotARecording: it has no sound in Opus, or can't be read.
    """
    try:
        if recording[:4] == b"OggS":
            return _in_mono(recording)
        head, packets = _opus_of_webm(recording)
    except (IndexError, struct.error) as error:
        raise NotARecording("The recording is cut off.") from error
    return b"".join(_ogg(_mono(head), packets))


def seconds_of(packets: Iterable[bytes]) -> float:
    """How long these Opus packets sound."""
    return sum(_samples(packet) for packet in packets) / SAMPLES_A_SECOND


def _mono(head: bytes) -> bytes:
    if head[:8] != b"OpusHead" or len(head) < MAPPING_AT + 1:
        raise NotARecording("The recording has no Opus header.")
    if head[MAPPING_AT] != 0:
        raise NotARecording("The recording has more than two channels.")
    return head[:CHANNELS_AT] + b"\x01" + head[CHANNELS_AT + 1 :]


# --- WebM -------------------------------------------------------------------------------------------------------


@dataclass
class _Track:
    number: int = 0
    codec: bytes = b""
    private: bytes = b""
    packets: list[bytes] = field(default_factory=list)

    def learn(self, kind: int, payload: bytes) -> None:
        if kind == _TRACK_NUMBER:
            self.number = int.from_bytes(payload)
        elif kind == _CODEC:
            self.codec = payload
        elif kind == _CODEC_PRIVATE:
            self.private = payload


def _opus_of_webm(data: bytes) -> tuple[bytes, list[bytes]]:
    tracks: list[_Track] = []
    for kind, payload in _elements(data):
        if kind == _TRACK_ENTRY:
            tracks.append(_Track())
        elif kind in (_SIMPLE_BLOCK, _BLOCK):
            _take_packet(tracks, payload)
        elif tracks:
            tracks[-1].learn(kind, payload)
    found = next((track for track in tracks if track.codec == b"A_OPUS" and track.packets), None)
    if found is None:
        raise NotARecording("The recording has no sound in Opus.")
    return found.private, found.packets


def _take_packet(tracks: list[_Track], block: bytes) -> None:
    """A block: its track's number, two bytes of time, flags, and the packet."""
    number, after = _vint(block, 0)
    if block[after + 2] & _LACED:
        raise NotARecording("The recording is laced.")
    for track in tracks:
        if track.number == number:
            track.packets.append(block[after + 3 :])


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every element that matters, masters first and empty. Live recordings leave the sizes of masters open."""
    at = 0
    while at < len(data):
        kind, at = _vint(data, at, keep_marker=True)
        size, after = _vint(data, at)
        unknown = size == (1 << 7 * (after - at)) - 1
        at = after
        if kind in _MASTERS:
            yield kind, b""
        elif unknown:
            raise NotARecording("The recording can't be read.")
        else:
            if at + size > len(data):
                return  # the recorder was stopped here
            yield kind, data[at : at + size]
            at += size


def _vint(data: bytes, at: int, *, keep_marker: bool = False) -> tuple[int, int]:
    """EBML's number of one to eight bytes; the zeros before the first set bit tell how many."""
    length = 9 - data[at].bit_length()
    if length > 8:
        raise NotARecording("The recording can't be read.")
    value = int.from_bytes(data[at : at + length])
    if at + length > len(data):
        raise IndexError
    return (value if keep_marker else value & ~(1 << 7 * length)), at + length


# --- Ogg --------------------------------------------------------------------------------------------------------


def _ogg(head: bytes, packets: list[bytes]) -> Iterator[bytes]:
    tags = b"OpusTags" + struct.pack("<I", len(VENDOR)) + VENDOR + struct.pack("<I", 0)
    yield _page([head], flags=FIRST, position=0, number=0)
    yield _page([tags], flags=0, position=0, number=1)
    position = 0
    pages = list(_in_pages(packets))
    for number, some in enumerate(pages, start=2):
        position += sum(_samples(packet) for packet in some)
        flags = LAST if number == len(pages) + 1 else 0
        yield _page(some, flags=flags, position=position, number=number)


def _in_pages(packets: list[bytes]) -> Iterator[list[bytes]]:
    """A page holds about a second, and at most 255 pieces of 255 bytes."""
    some: list[bytes] = []
    pieces = 0
    for packet in packets:
        more = len(packet) // 255 + 1
        if some and (len(some) == PACKETS_A_PAGE or pieces + more > 255):
            yield some
            some, pieces = [], 0
        some.append(packet)
        pieces += more
    if some:
        yield some


def _page(packets: list[bytes], *, flags: int, position: int, number: int) -> bytes:
    lacing = b"".join(b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255]) for packet in packets)
    page = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, position, SERIAL, number, 0, len(lacing))
    return _summed(page + lacing + b"".join(packets))


def _in_mono(data: bytes) -> bytes:
    """The same stream with one channel in its header, which is a page of its own."""
    start = 27 + data[26]
    end = start + sum(data[27:start])
    head = _mono(data[start:end])
    return data if head == data[start:end] else _summed(data[:start] + head) + data[end:]


def _summed(page: bytes) -> bytes:
    """The page with its checksum, which is counted with zeros in its place."""
    crc = 0
    for byte in page[:22] + b"\0\0\0\0" + page[26:]:
        crc = ((crc << 8) & 0xFFFFFFFF) ^ _CRC[(crc >> 24) ^ byte]
    return page[:22] + struct.pack("<I", crc) + page[26:]


def _crc_of(byte: int) -> int:
    crc = byte << 24
    for _ in range(8):
        crc = ((crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


_CRC: Final = tuple(_crc_of(byte) for byte in range(256))


def _samples(packet: bytes) -> int:
    """How many samples at 48 kHz a packet holds: RFC 6716, 3.1 and 3.2."""
    if not packet:
        return 0
    config, code = packet[0] >> 3, packet[0] & 3
    if config < 12:
        frame = (480, 960, 1920, 2880)[config % 4]
    elif config < 16:
        frame = (480, 960)[config % 2]
    else:
        frame = (120, 240, 480, 960)[config % 4]
    frames = (1, 2, 2)[code] if code < 3 else packet[1] & 0x3F
    return frame * frames
