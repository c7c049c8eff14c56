"""The endpoint of marketing messages: what it takes (whatsapp.md §5.2)."""

from typing import Any

from apps.simulator.errors import GraphError

EDGE = "marketing_messages"
_POLICIES = ("CLOUD_API_FALLBACK", "STRICT")


def check_edge(edge: str, category: str | None, body: dict[str, Any]) -> None:
    """
    Args:
        category: of the template that is sent, in small letters; None where nobody created it here.

    Raises:
        GraphError: 100, 131055 no template, 134100 a template of another category.
    """
    if edge != EDGE:
        return
    if body["type"] != "template":
        raise GraphError(131055)
    if category not in (None, "marketing"):
        raise GraphError(134100)
    if body.get("product_policy", _POLICIES[0]) not in _POLICIES:
        raise GraphError(100, message=f"(#100) Param product_policy must be one of {{{', '.join(_POLICIES)}}}")
