"""A container's health check: `python deploy/probe.py HOST:PORT PATH`. Well if it answers, and not with 5xx."""

import http.client
import os
import sys


def main(address: str, path: str) -> int:
    host, _, port = address.partition(":")
    # As the proxy would ask: Django answers only to its own names, and over plain HTTP only to whom it trusts.
    headers = {"Host": os.environ.get("ALLOWED_HOSTS", host).split(",")[0], "X-Forwarded-Proto": "https"}
    connection = http.client.HTTPConnection(host, int(port), timeout=5)
    try:
        connection.request("GET", path, headers=headers)
        return int(connection.getresponse().status >= 500)
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
