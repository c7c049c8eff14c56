"""From the outbox to the customer: how fast one number sends, and never faster than it may."""

import argparse
import json
import tempfile
import time
import urllib.request
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import django
import psutil

django.setup()

from uuid_utils.compat import uuid7  # noqa: E402

from apps.core import wake  # noqa: E402
from tests.load import machine, processes  # noqa: E402
from tests.load.installation import Installation, ask, durability, owners_connection, prepare  # noqa: E402
from tests.load.machine import say, wait_until_calm  # noqa: E402

GOALS = {
    "messages_per_s": ">= 300",
    "messages_per_s_send_only": ">= 800",
    "most_departures_in_a_second": "<= tier",
    "most_arrivals_in_a_second": "<= 1.05 tier",
    "steady.off_by": "<= 0.02",
}
LONGEST = 300.0
HIGH, STANDARD = 1000, 80
AT_ONCE = {"throughput": 0, "pair_limit": False, "magic": False, "status_delay": [0, 0], "response_delay": [0, 0]}
_MESSAGE = (
    "COPY messaging_message (id, organization_id, conversation_id, contact_id, number_id, direction, sender_kind,"
    " type, content, text, forwarded, status, lane, attempts, reply_to_wamid, error_title, error_detail) FROM STDIN"
)


def main() -> None:
    options = _parse()
    installation = prepare()
    found: dict[str, Any] = {"bench": "send", "machine": machine.describe(), "postgres": durability()}
    with (
        tempfile.TemporaryDirectory() as folder,
        processes.ingest() as door,
        processes.simulator(Path(folder)) as simulator,
    ):
        wire(installation, simulator, door)
        bench = Bench(installation, simulator, Path(folder), options)
        only = bench.run(options.messages, per_second=HIGH, statuses=False)
        whole = bench.run(options.messages, per_second=HIGH, statuses=True)
        steady = bench.run(STANDARD * options.seconds, per_second=STANDARD, statuses=False)
    found |= {
        "messages": options.messages,
        "messages_per_s": whole["per_second"],
        "messages_per_s_send_only": only["per_second"],
        "sender_cpu_ms_per_message": only["cpu_ms"],
        "most_departures_in_a_second": only["most_departures"],
        "most_arrivals_in_a_second": only["most_arrivals"],
        "send_only": only,
        "with_statuses": whole,
        "steady": steady | {"off_by": round(abs(steady["departures_per_second"] / STANDARD - 1), 4)},
    }
    found["goals"] = GOALS
    found["goals_missed"] = _missed(found)
    found["goals_met"] = not found["goals_missed"]
    print(json.dumps(found))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench send", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000, help="in the outbox (10,000)")
    parser.add_argument("--seconds", type=int, default=30, help="of steady sending at 80 a second (30)")
    parser.add_argument("--workers", type=int, default=2, help="worker processes that send and handle (2)")
    parser.add_argument(
        "--patience", type=float, default=30, help="seconds to wait for a calm machine before each load (30)"
    )
    return parser.parse_args()


def _missed(found: dict[str, Any]) -> list[str]:
    runs = {"send_only": HIGH, "with_statuses": HIGH, "steady": STANDARD}
    met = {
        "messages_per_s": found["messages_per_s"] >= 300,
        "messages_per_s_send_only": found["messages_per_s_send_only"] >= 800,
        "complete": all(found[run]["complete"] for run in runs),
        "departures": all(found[run]["most_departures"] <= tier for run, tier in runs.items()),
        "arrivals": all(found[run]["most_arrivals"] <= tier * 1.05 for run, tier in runs.items()),
        "steady": found["steady"]["off_by"] <= 0.02,
    }
    return [name for name, is_met in met.items() if not is_met]


def wire(installation: Installation, simulator: int, door: int) -> None:
    """The number is the simulator's, whose webhooks come to our door."""
    address = f"http://127.0.0.1:{simulator}"
    with owners_connection() as connection:
        connection.execute("UPDATE whatsapp_metaapp SET graph_url = %s", [address])
    app, number = installation.app, installation.number
    told = {
        "waba_id": number.waba_id, "display_phone_number": number.display_phone_number,
        "verified_name": number.verified_name, "access_token": number.access_token, "app_id": "1",
        "app_secret": app.secret, "verify_token": app.verify_token, "verify": False,
        "webhook_url": f"http://127.0.0.1:{door}{installation.webhook_path}",
    }  # fmt: skip
    control(simulator, "PUT", f"numbers/{number.phone_number_id}", told)


def control(simulator: int, method: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{simulator}/control/{path}", json.dumps(body).encode() if body is not None else None,
        {"Content-Type": "application/json"}, method=method,
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.loads(answer.read() or b"null")


class Bench:
    def __init__(self, installation: Installation, simulator: int, folder: Path, options: argparse.Namespace) -> None:
        self._installation, self._simulator, self._folder, self._options = installation, simulator, folder, options
        self._runs = 0

    def run(self, messages: int, *, per_second: int, statuses: bool) -> dict[str, Any]:
        """So many messages to as many people, until all are sent or, with statuses, read."""
        self._runs += 1
        switches = AT_ONCE | {"statuses": statuses, "batch": 100}
        control(self._simulator, "POST", "reset")
        control(self._simulator, "PATCH", "switches", switches)
        self._fill(messages, per_second)
        what = f"{messages:,} messages at {per_second} a second{', with statuses' if statuses else ''}"
        busy = wait_until_calm(what, patience=self._options.patience)
        departures = self._folder / f"departures{self._runs}"
        with self._worker(departures) as pid:
            began, used = time.monotonic(), cpu_seconds(pid)
            wake.now("outbox.drain")
            self._wait(messages, "read" if statuses else "accepted", began + LONGEST)
            seconds, cpu = time.monotonic() - began, cpu_seconds(pid) - used
        left = sorted(float(line) for line in departures.read_text().split())
        arrived = sorted(self._arrivals())
        found = {
            "per_second": round(messages / seconds, 1),
            "seconds": round(seconds, 2),
            "departures_per_second": round((len(left) - 1) / (left[-1] - left[0]), 2),
            "most_departures": most_in_a_second(left),
            "most_arrivals": most_in_a_second(arrived),
            "cpu_ms": round(cpu / messages * 1000, 2),
            "complete": len(left) == len(arrived) == messages,
            "busy_before": busy,
        }
        say(f"  {found['per_second']:,} a second, {found['cpu_ms']} ms of processor each")
        return found

    def _fill(self, messages: int, per_second: int) -> None:
        organization, number = self._installation.organization.pk, self._installation.number.pk
        with owners_connection() as connection:
            connection.execute(
                "TRUNCATE messaging_conversation, messaging_message, contacts_contact, core_logentry CASCADE"
            )
            connection.execute("UPDATE whatsapp_number SET messages_per_second = %s", [per_second])
            made = [(uuid7(), uuid7()) for _ in range(messages)]
            self._copy_people(connection, made, organization, number)
            with connection.cursor() as cursor, cursor.copy(_MESSAGE) as rows:
                for n, (contact, conversation) in enumerate(made):
                    rows.write_row([
                        uuid7(), organization, conversation, contact, number, "outbound", "agent", "text",
                        json.dumps({"body": f"Oi {n}"}), f"Oi {n}", False, "queued", 0, 0, "", "", "",
                    ])  # fmt: skip
            connection.execute("VACUUM ANALYZE messaging_message, messaging_conversation, contacts_contact")

    def _copy_people(self, connection: Any, made: list[tuple[UUID, UUID]], organization: UUID, number: UUID) -> None:
        contacts = [contact for contact, _ in made]
        phones = [f"55119{n:08}" for n in range(10_000_000, 10_000_000 + len(made))]
        connection.execute(
            "INSERT INTO contacts_contact (id, organization_id, phone, name, profile_name, username, email, company,"
            " job_title, notes, attributes, source, lifecycle_stage, opted_in, is_blocked, blocked_reason, is_vip,"
            " updated_at) SELECT id, %s, phone, '', '', '', '', '', '', '', '{}', '', '', true, false, '', false, now()"
            " FROM unnest(%s::uuid[], %s::text[]) AS t (id, phone)", [organization, contacts, phones],
        )  # fmt: skip
        connection.execute(
            "INSERT INTO messaging_conversation (id, organization_id, contact_id, number_id, status, priority, labels,"
            " unread_count, close_reason, updated_at, window_expires_at) SELECT id, %s, contact, %s, 'active',"
            " 'medium', '{}', 0, '', now(), now() + interval '1 day'"
            " FROM unnest(%s::uuid[], %s::uuid[]) AS t (id, contact)",
            [organization, number, [conversation for _, conversation in made], contacts],
        )

    @contextmanager
    def _worker(self, departures: Path) -> Iterator[int]:
        arguments = ("-Q", "drain", "-c", str(self._options.workers), "-B", "-s", str(self._folder / "beat"))
        with processes.worker(f"bench-send{self._runs}", *arguments, recorder=departures) as process:
            yield process.pid

    def _wait(self, messages: int, status: str, until: float) -> None:
        done = ("accepted", "sent", "delivered", "read") if status == "accepted" else (status,)
        while True:
            count = ask("SELECT count(*) FROM messaging_message WHERE status = ANY(%s)", list(done))
            if count >= messages:
                return
            if time.monotonic() > until:
                raise RuntimeError(f"only {count} messages are {status} after {LONGEST:.0f} s")
            time.sleep(0.2)

    def _arrivals(self) -> Iterator[float]:
        after: Any = None
        while True:
            page = control(self._simulator, "GET", "ledger?limit=10000" + (f"&after={after}" if after else ""))
            yield from (float(each["accepted_at"]) for each in page["messages"])
            after = page.get("next")
            if not after or not page["messages"]:
                return


def most_in_a_second(moments: Sequence[float]) -> int:
    """The most of these (sorted, in seconds) that lie in any half-open second."""
    return max((bisect_right(moments, each + 1 - 1e-9) - n for n, each in enumerate(moments)), default=0)


def cpu_seconds(pid: int) -> float:
    """What a process and its children have used."""
    process = psutil.Process(pid)
    times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    return float(sum(each.user + each.system for each in times))


if __name__ == "__main__":
    main()
