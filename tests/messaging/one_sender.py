"""A sender in a process of its own, which begins when it is told to and writes down when each message leaves.

python -m tests.messaging.one_sender FILE
"""

import sys
import time
from pathlib import Path

from tests.load.departures import record

from apps.messaging import sender  # isort: skip  # django is set up by now


def main() -> None:
    departures = Path(sys.argv[1])
    departures.touch()
    record(str(departures))
    while not departures.with_name("go").exists():
        time.sleep(0.005)
    sender.drain()


if __name__ == "__main__":
    main()
