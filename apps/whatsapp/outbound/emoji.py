"""What one emoji is, however it is put together."""

import re
from typing import Final

# One emoji as it is typed: a flag, a keycap, or pictographs with their skin tones and variants, joined into one.
_PICTOGRAPH: Final = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff](?:\ufe0f|[\U0001f3fb-\U0001f3ff])*"
)
_EMOJI: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|{_PICTOGRAPH}(?:\u200d{_PICTOGRAPH})*(?:[\U000e0020-\U000e007e]+\U000e007f)?"
)


def is_emoji(text: str) -> bool:
    """Whether a text is one emoji and nothing else."""
    return _EMOJI.fullmatch(text) is not None


def has_emoji(text: str) -> bool:
    return _EMOJI.search(text) is not None
