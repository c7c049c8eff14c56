"""What is wrong with a template, and where."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from apps.whatsapp.limits import LIMITS, utf16_length

RULES: Final[dict[str, Any]] = LIMITS["templates"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that Meta would refuse, or that somebody may want to know.

    Attributes:
        field: where: `components[0].text`.
        code: what, as a word for programs: `too_long`.
        message: the same for people, in English.
        limit: the bound that was passed, where there is one.
        severity: `warning` where Meta takes it all the same.
    """

    field: str
    code: str
    message: str
    limit: float | None = None
    severity: Severity = "error"


@dataclass(slots=True)
class Findings:
    """Collects findings while a template is read."""

    found: list[Finding] = field(default_factory=list)

    def add(self, at: str, code: str, message: str, limit: float | None = None) -> None:
        self.found.append(Finding(at, code, message, limit))

    def warn(self, at: str, code: str, message: str, limit: float | None = None) -> None:
        self.found.append(Finding(at, code, message, limit, "warning"))

    def size(self, at: str, size: float, bounds: dict[str, Any], unit: str = "") -> bool:
        """Whether a size is within bounds; one outside is found."""
        words = f" {unit}" if unit else ""
        least, most = bounds.get("min"), bounds.get("max")
        if least is not None and size < least:
            code = "missing" if not size else "too_short" if unit == "characters" else "too_few"
            self.add(at, code, f"At least {least:g}{words}; this has {size:g}.", least)
        elif most is not None and size > most:
            code = "too_long" if unit == "characters" else "too_many"
            self.add(at, code, f"At most {most:g}{words}; this has {size:g}.", most)
        else:
            return True
        return False

    def length(self, at: str, value: str, bounds: dict[str, Any]) -> bool:
        """Whether a text's length, counted as Meta may count it, is within bounds."""
        return self.size(at, utf16_length(value) if value.strip() else 0, bounds, "characters")
