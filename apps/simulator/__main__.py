"""`python -m apps.simulator --port 8001 --data var/simulator.sqlite3`: run the simulator on this machine."""

import argparse
import gc
import logging
import os
import sys
from pathlib import Path

from aiohttp import web

from apps.simulator.server import is_local, make_app
from apps.simulator.world import make_world


def main() -> int:
    """Start the server; returns the process's exit code."""
    arguments = _arguments()
    refusal = _refusal(arguments)
    if refusal:
        sys.stderr.write(f"simulator: {refusal}\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    world = make_world(arguments.data, seed=arguments.seed, at=arguments.at)
    # Long-lived objects only from here on: looking through them again and again costs a tenth of the throughput.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    _use_fast_loop()
    logging.info("The simulator starts on http://%s:%s/", arguments.host, arguments.port)
    try:
        web.run_app(
            make_app(world), host=arguments.host, port=arguments.port, access_log=None, shutdown_timeout=2, print=None
        )
    except OSError as error:
        sys.stderr.write(
            f"simulator: port {arguments.port} can't be used ({error.strerror}); choose another by --port\n"
        )
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m apps.simulator", description="A WhatsApp Cloud API on this machine."
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--data", type=Path, default=Path("var/simulator.sqlite3"), help="the ledger's file")
    parser.add_argument("--seed", type=int, default=None, help="the same delays, ids and chances in each run")
    parser.add_argument(
        "--at", type=float, default=None, help="seconds since 1970: only /control/clock moves the clock"
    )
    return parser.parse_args()


def _refusal(arguments: argparse.Namespace) -> str:
    """Why the simulator must not start; empty if it may."""
    if os.environ.get("PYTAKE_ENV") == "production":
        return "PYTAKE_ENV is production, and there customers are real."
    if not is_local(arguments.host):
        return f"{arguments.host} is not a loopback address; the simulator has no passwords and stays on this machine."
    return ""


def _use_fast_loop() -> None:
    try:
        import uvloop
    except ImportError:
        return
    uvloop.install()


if __name__ == "__main__":
    sys.exit(main())
