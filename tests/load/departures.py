"""A Celery worker that also writes down when each message leaves, on the machine's one monotonic clock.

python -m tests.load.departures FILE worker -Q drain …
"""

import sys
import time
from collections.abc import Mapping
from typing import Any

import django

django.setup()

from apps.whatsapp.providers.cloud import CloudClient  # noqa: E402
from pytake.celery import app  # noqa: E402


def main() -> None:
    path, *arguments = sys.argv[1:]
    record(path)
    app.start(arguments)


def record(path: str) -> None:
    send = CloudClient.send

    async def recorded(self: CloudClient, phone_number_id: str, token: str, body: Mapping[str, Any]) -> Any:
        with open(path, "a") as file:
            file.write(f"{time.monotonic():.6f}\n")
        return await send(self, phone_number_id, token, body)

    CloudClient.send = recorded  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
