"""From the inbox to stored messages by one worker, and from a webhook to the event on an agent's socket."""

import argparse
import asyncio
import json
import tempfile
import time
from typing import Any
from uuid import UUID

import django

django.setup()

from uuid_utils.compat import uuid7  # noqa: E402

from apps.core import wake  # noqa: E402
from tests.load import bodies, machine, processes  # noqa: E402
from tests.load.installation import Installation, ask, durability, owners_connection, prepare  # noqa: E402
from tests.load.machine import say, wait_until_calm  # noqa: E402
from tests.load.sockets import Latencies, measure  # noqa: E402

GOALS = {"messages_per_second": ">= 1500", "p50_ms": "< 150", "p99_ms": "< 500"}
LONGEST_DRAIN = 300.0


def main() -> None:
    options = _parse()
    installation = prepare()
    found: dict[str, Any] = {"bench": "inbound", "machine": machine.describe(), "postgres": durability()}
    found |= throughput(installation, options)
    found |= latency(installation, options)
    found["goals"] = GOALS
    found["goals_missed"] = _missed(found)
    found["goals_met"] = not found["goals_missed"]
    print(json.dumps(found))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench inbound", description=__doc__)
    parser.add_argument("--messages", type=int, default=30_000, help="in the inbox (30,000)")
    parser.add_argument("--contacts", type=int, default=2_000, help="who wrote them (2,000)")
    parser.add_argument("--rate", type=float, default=20, help="webhooks a second, for the latency (20)")
    parser.add_argument("--seconds", type=float, default=30, help="of sending them (30)")
    parser.add_argument(
        "--patience", type=float, default=30, help="seconds to wait for a calm machine before each load (30)"
    )
    return parser.parse_args()


def _missed(found: dict[str, Any]) -> list[str]:
    met = {
        "messages_per_second": found["messages_per_second"] >= 1500,
        "p50_ms": found["p50_ms"] < 150,
        "p99_ms": found["p99_ms"] < 500,
        "complete": found["complete"] and not found["lost"] and not found["through_web"]["lost"],
    }
    return [name for name, is_met in met.items() if not is_met]


# --- throughput -----------------------------------------------------------------------------------------------------


def throughput(installation: Installation, options: argparse.Namespace) -> dict[str, Any]:
    """One Celery worker process drains a full inbox: contacts, conversations, messages, counters, numbered log."""
    _fill(installation, options)
    busy = wait_until_calm(f"{options.messages:,} messages of {options.contacts:,} contacts", patience=options.patience)
    with processes.worker("bench-drain", "-Q", "drain", "-c", "1"):
        began = time.monotonic()
        wake.now("inbound.drain")
        _wait_until_drained(options.messages, began + LONGEST_DRAIN)
        seconds = time.monotonic() - began
    rate = options.messages / seconds
    say(f"  {rate:,.0f} a second")
    return {
        "worker": "one Celery process (prefork, -c 1), task inbound.drain",
        "messages": options.messages,
        "body_bytes": bodies.SIZE,
        "contacts": options.contacts,
        "seconds": round(seconds, 2),
        "messages_per_second": round(rate),
        "complete": _is_complete(options),
        "busy_before_throughput": busy,
    }


def _fill(installation: Installation, options: argparse.Namespace) -> None:
    say("Filling the inbox …")
    with (
        owners_connection() as connection,
        connection.cursor() as cursor,
        cursor.copy("COPY whatsapp_inboundevent (id, app_id, body) FROM STDIN (FORMAT BINARY)") as rows,
    ):
        rows.set_types(["uuid", "uuid", "bytea"])
        for n in range(options.messages):
            sender = bodies.phone(n % options.contacts)
            body = bodies.text_message(installation.number, wamid=bodies.wamid(n), sender=sender, text=f"{n} ")
            rows.write_row([UUID(str(uuid7())), installation.app.pk, body])
    with owners_connection() as connection:
        connection.execute("VACUUM ANALYZE whatsapp_inboundevent")


def _wait_until_drained(messages: int, until: float) -> None:
    """Everything is stored and nothing waits for its number."""
    with owners_connection() as connection:
        while True:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM messaging_message),"
                " EXISTS (SELECT FROM core_logentry WHERE number IS NULL)"
            ).fetchone()
            assert row is not None
            if row[0] >= messages and not row[1]:
                return
            if time.monotonic() > until:
                raise RuntimeError(f"only {row[0]} messages after {LONGEST_DRAIN:.0f} s")
            time.sleep(0.1)


def _is_complete(options: argparse.Namespace) -> bool:
    """Each message once, unread counted, one conversation a contact, in the order of arrival, each with its fact."""
    log = "SELECT count(*) = max(number) FROM core_logentry"
    order = (
        "SELECT bool_and(wamid > previous) FROM (SELECT wamid, lag(wamid) OVER"
        " (PARTITION BY conversation_id ORDER BY at, id) AS previous FROM messaging_message)"
    )
    return bool(
        ask("SELECT count(DISTINCT wamid) FROM messaging_message") == options.messages
        and ask("SELECT sum(unread_count) FROM messaging_conversation") == options.messages
        and ask("SELECT count(*) FROM messaging_conversation") == options.contacts
        and ask("SELECT count(*) FROM core_logentry WHERE kind = 'messaging.MessageReceived'") == options.messages
        and ask(log)
        and ask(order)
    )


# --- latency --------------------------------------------------------------------------------------------------------


def latency(installation: Installation, options: argparse.Namespace) -> dict[str, Any]:
    """The whole stack with what bin/dev runs: web, worker with beat, worker for slow things; and the door by itself."""
    with (
        tempfile.TemporaryDirectory() as folder,
        processes.web() as web,
        processes.ingest() as ingest,
        processes.worker("bench-drain", "-Q", "drain", "-c", "2", "-B", "-s", f"{folder}/beat"),
        processes.worker("bench-slow", "-Q", "slow", "-c", "1"),
    ):
        found = _figures(installation, options, socket_port=web, door_port=ingest, what="through the door on uvicorn")
        through_web = _figures(installation, options, socket_port=web, door_port=web, what="through daphne")
    return {**found, "rate": options.rate, "through_web": through_web}


def _figures(
    installation: Installation, options: argparse.Namespace, *, socket_port: int, door_port: int, what: str
) -> dict[str, Any]:
    busy = wait_until_calm(f"{options.rate:g} webhooks a second {what}", patience=options.patience)
    found: Latencies = asyncio.run(
        measure(installation, socket_port=socket_port, door_port=door_port, rate=options.rate, seconds=options.seconds)
    )
    say(f"  p50 {found.ms(0.5):.0f} ms, p99 {found.ms(0.99):.0f} ms")
    return {
        "sent": found.sent,
        "lost": found.lost,
        "p50_ms": round(found.ms(0.5), 1),
        "p99_ms": round(found.ms(0.99), 1),
        "max_ms": round(found.ms(1.0), 1),
        "acknowledged_p50_ms": round(found.acknowledged_ms(0.5), 1),
        "busy_before": busy,
    }


if __name__ == "__main__":
    main()
