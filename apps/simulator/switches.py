"""What a person or a test can switch while the simulator runs."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any

Span = tuple[float, float]


class BadSwitch(ValueError):
    """No such switch, or not a value for it."""


@dataclass
class Switches:
    """The switches and where they stand at first; docs/simulator.md explains each."""

    duplicates: float = 0.0
    disorder: float = 0.0
    delay_ms: int = 0
    outage: bool = False
    graph_outage: bool = False
    signature: str = "good"
    batch: int = 1
    statuses: bool = True
    delivered: bool = True
    read: bool = True
    sent_delay: Span = (0.1, 0.8)
    delivered_delay: Span = (0.3, 5.0)
    read_delay: Span = (1.0, 8.0)
    response_delay: Span = (0.0, 0.0)
    hang_seconds: float = 60.0
    throughput: int | None = None
    pair_limit: bool = True
    escalation_partner: bool = True
    enforce_window: str = "customers"
    fetch_links: bool = True
    magic: bool = True
    templates: str = "lenient"
    template_review: str = "approve"
    template_review_seconds: float = 2.0
    template_limit: int = 6000
    template_pacing: str = "off"
    template_pacing_first: int = 3
    template_pacing_seconds: float = 60.0
    retry_delays: tuple[float, ...] = (1, 5, 30, 120, 600, 3600)
    webhook_timeout: float = 10.0
    webhook_concurrency: int = 32

    def change(self, wanted: dict[str, Any]) -> None:
        """Set what is named, all or nothing. `status_delay` sets the three delays of statuses; null puts a switch back.

        Raises:
            BadSwitch: an unknown name or a value that doesn't fit; nothing has changed.
        """
        checked: dict[str, Any] = {}
        for name, value in wanted.items():
            for one in _ALIASES.get(name, (name,)):
                checked[one] = _checked(one, value)
        for name, value in checked.items():
            setattr(self, name, value)

    def reset(self) -> None:
        """Everything as at first."""
        for field in fields(self):
            setattr(self, field.name, field.default)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def _checked(name: str, value: Any) -> Any:
    if name not in _CHECKS:
        raise BadSwitch(f"There is no switch called {name!r}.")
    if value is None:
        return _DEFAULTS[name]
    try:
        return _CHECKS[name](value)
    except (TypeError, ValueError) as error:
        raise BadSwitch(f"{value!r} is no value for {name}: {error}") from error


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _number(least: float, most: float) -> Callable[[Any], float]:
    def check(value: Any) -> float:
        number = float(value)
        if isinstance(value, bool) or not least <= number <= most:
            raise ValueError(f"a number from {least:g} to {most:g}")
        return number

    return check


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return value

    return check


def _span(value: Any) -> Span:
    least, most = (float(end) for end in value)
    if not 0 <= least <= most:
        raise ValueError("two numbers of seconds, the smaller first")
    return least, most


def _delays(value: Any) -> tuple[float, ...]:
    delays = tuple(float(delay) for delay in value)
    if not delays or min(delays) < 0:
        raise ValueError("at least one number of seconds")
    return delays


def _one_of(*words: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in words:
            raise ValueError("one of " + ", ".join(words))
        return str(value)

    return check


def _window(value: Any) -> str:
    if isinstance(value, bool):
        return "all" if value else "off"
    return _one_of("customers", "all", "off")(value)


_ALIASES = {"status_delay": ("sent_delay", "delivered_delay", "read_delay")}
_DEFAULTS = {field.name: field.default for field in fields(Switches)}
_CHECKS: dict[str, Callable[[Any], Any]] = {
    "duplicates": _number(0, 1),
    "disorder": _number(0, 1),
    "delay_ms": _whole(0, 3_600_000),
    "outage": _flag,
    "graph_outage": _flag,
    "signature": _one_of("good", "wrong", "missing"),
    "batch": _whole(1, 1000),
    "statuses": _flag,
    "delivered": _flag,
    "read": _flag,
    "sent_delay": _span,
    "delivered_delay": _span,
    "read_delay": _span,
    "response_delay": _span,
    "hang_seconds": _number(0, 3600),
    "throughput": _whole(0, 1_000_000),
    "pair_limit": _flag,
    "escalation_partner": _flag,
    "enforce_window": _window,
    "fetch_links": _flag,
    "magic": _flag,
    "templates": _one_of("lenient", "strict"),
    "template_review": _one_of("approve", "reject", "hold"),
    "template_review_seconds": _number(0, 30 * 86400),
    "template_limit": _whole(0, 6000),
    "template_pacing": _one_of("off", "release", "drop"),
    "template_pacing_first": _whole(0, 1_000_000),
    "template_pacing_seconds": _number(0, 86_400),
    "retry_delays": _delays,
    "webhook_timeout": _number(0.05, 600),
    "webhook_concurrency": _whole(1, 512),
}
