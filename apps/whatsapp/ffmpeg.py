"""Sound and moving pictures, by the ffmpeg in PATH or the one in the package imageio-ffmpeg; neither is a must.

What it reads is a stranger's: it opens one file and no network, only formats that hold sound and pictures themselves (a
playlist names other files), with one thread and for a short time.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from array import array
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import IO, Final

LONGEST: Final = 60.0  # seconds that one run may take
LONGEST_SOUND: Final = 4 * 3600  # seconds of a file that are listened to
BARS: Final = 64
RATE: Final = 4000  # samples a second are enough to see where it is loud
_FORMATS: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,aac,amr,amrnb,amrwb,wav,flac,avi,mpeg,mpegts,asf"
_DURATION: Final = re.compile(rb"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_BLOCK: Final = RATE // 10  # a tenth of a second


class NotPlayable(ValueError):
    """There is no ffmpeg, or it finds nothing to play in the file, or not in time."""


@cache
def program() -> str | None:
    """Where ffmpeg is; None if it is nowhere."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return None


def voice_note_of(source: Path, *, longest: float = LONGEST) -> bytes:
    """The sound as WhatsApp plays it as a voice note: Ogg with Opus, one channel.

    Raises:
        NotPlayable
    """
    opus = "-vn -ac 1 -ar 48000 -c:a libopus -b:a 32k -application voip -map_metadata -1 -f ogg pipe:1"
    return _run(source, ["-map", "0:a:0", *opus.split()], longest=longest)


def frame_of(source: Path) -> bytes:
    """A video's first picture, as a PNG.

    Raises:
        NotPlayable
    """
    return _run(source, ["-map", "0:v:0", "-an", "-frames:v", "1", "-c:v", "png", "-f", "image2pipe", "pipe:1"])


def seconds_of(source: Path) -> float | None:
    """How long it plays, as the file says of itself; None if it doesn't."""
    done = subprocess.run(  # noqa: S603 - fixed words, and a path of ours
        [*_command(source, level="info")], capture_output=True, check=False, timeout=LONGEST, stdin=subprocess.DEVNULL
    )
    found = _DURATION.search(done.stderr)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None


def loudness_of(source: Path) -> tuple[float, list[int]]:
    """How many seconds it sounds, and 64 loudnesses from 0 to 100, of which the loudest is 100.

    Raises:
        NotPlayable
    """
    command = [*_command(source), *f"-map 0:a:0 -vn -t {LONGEST_SOUND} -ac 1 -ar {RATE} -f s16le pipe:1".split()]
    with subprocess.Popen(  # noqa: S603 - fixed words, and a path of ours
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        samples, peaks = 0, list[int]()
        for block in _blocks(process.stdout):
            samples += len(block)
            peaks.append(max(max(block), -min(block)))
    if not samples:
        raise NotPlayable("There is no sound in it.")
    return samples / RATE, bars_of(peaks)


def bars_of(peaks: list[int], bars: int = BARS) -> list[int]:
    """So many loudnesses from 0 to 100, however many peaks there are."""
    groups = [peaks[len(peaks) * n // bars : max(len(peaks) * (n + 1) // bars, len(peaks) * n // bars + 1)]
              for n in range(bars)]  # fmt: skip
    loudest = max(peaks) or 1
    return [round(100 * max(group) / loudest) for group in groups]


def _blocks(stream: IO[bytes]) -> Iterator[array[int]]:
    while data := stream.read(_BLOCK * 2):
        block = array("h")
        block.frombytes(data[: len(data) // 2 * 2])
        if block:
            yield block


def _run(source: Path, arguments: list[str], *, longest: float = LONGEST) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, and a path of ours
            [*_command(source), *arguments], capture_output=True, check=False, timeout=longest, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired as error:
        raise NotPlayable("It takes too long to be read.") from error
    if done.returncode or not done.stdout:
        raise NotPlayable("It can't be played.")
    return done.stdout


def _command(source: Path, *, level: str = "error") -> list[str]:
    found = program()
    if found is None:
        raise NotPlayable("There is no ffmpeg here.")
    options = f"-nostdin -hide_banner -v {level} -threads 1 -protocol_whitelist file,pipe -format_whitelist {_FORMATS}"
    return [found, *options.split(), "-i", f"file:{source}"]
