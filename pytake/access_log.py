"""What Daphne's access log holds of a request: method and path. Behind the question mark stand the words that somebody
searched for, and nobody erases them from a log. The other servers keep no access log.
"""

from typing import Any

from daphne.access import AccessLogGenerator

_write_entry = AccessLogGenerator.write_entry


def leave_out_queries() -> None:
    def write_entry(self: Any, host: Any, date: Any, request: str, *args: Any, **values: Any) -> None:
        _write_entry(self, host, date, request.partition("?")[0], *args, **values)

    AccessLogGenerator.write_entry = write_entry
