"""How Daphne reads a form: it leaves that to Django.

Twisted would parse every form first, in the one thread that also serves the sockets: a file of 100 MB takes it two
seconds and 1.5 GB, and a form without fields it refuses by itself, in no format of ours.
"""

from typing import Any

from daphne import http_protocol


class Request(http_protocol.WebRequest):  # type: ignore[misc]  # Daphne has no types
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options, parsePOSTFormSubmission=False)


def leave_to_django() -> None:
    http_protocol.WebRequest = Request
