"""The endpoint of marketing messages takes templates of that category alone."""

from typing import Any

import pytest

from tests.simulator.conftest import MARIA, NUMBER, WABA, Simulator, message

COMPONENTS = [{"type": "BODY", "text": "Pão quentinho às 17h"}]


async def template(sim: Simulator, category: str) -> dict[str, Any]:
    new = {"name": f"the_{category.lower()}", "language": "pt_BR", "category": category, "components": COMPONENTS}
    status, made = await sim.graph("POST", f"{WABA}/message_templates", json=new)
    assert status == 200, made
    await sim.world.ledger.committed()
    row = sim.world.templates.get(made["id"])
    assert row is not None
    sim.world.templates.become(row, "APPROVED")
    return message(MARIA, type="template", template={"name": new["name"], "language": {"code": "pt_BR"}})


@pytest.mark.parametrize(
    ("category", "change", "code"),
    [
        ("MARKETING", {"product_policy": "STRICT", "message_activity_sharing": True}, None),
        ("MARKETING", {"product_policy": "CHEAPEST"}, 100),
        ("UTILITY", {}, 134100),
        ("", {}, 131055),
    ],
)
async def test_only_marketing_templates_go_this_way(
    sim: Simulator, category: str, change: dict[str, Any], code: int | None
) -> None:
    body = await template(sim, category) if category else message(MARIA)
    status, answer = await sim.graph("POST", f"{NUMBER}/marketing_messages", json=body | change)
    assert (status, answer.get("error", {}).get("code")) == (400 if code else 200, code), answer
