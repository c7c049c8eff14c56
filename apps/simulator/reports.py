"""An account's figures and standing, as fields of its node (whatsapp.md §8). Counted from the ledger."""

import json
from typing import Any

from aiohttp import web

from apps.simulator import graph, nodes
from apps.simulator.errors import GraphError
from apps.simulator.numbers import Number
from apps.simulator.paging import split_fields, words
from apps.simulator.world import World

STEPS = {"HALF_HOUR": 1800, "DAY": 86_400, "DAILY": 86_400, "MONTH": 30 * 86_400, "MONTHLY": 30 * 86_400}
_SENT = """
    SELECT CAST((happens_at - :start) / :step AS INTEGER) AS place, sum(status = 'sent') AS sent,
        sum(status = 'delivered') AS delivered
    FROM webhooks WHERE kind = 'status' AND happens_at >= :start AND happens_at < :end
    AND phone_number_id IN (SELECT value FROM json_each(:numbers)) GROUP BY place ORDER BY place
"""
_PRICED = """
    SELECT CAST((happens_at - :start) / :step AS INTEGER) AS place, count(DISTINCT wamid) AS volume,
        json_extract(change, '$.value.statuses[0].pricing.category') AS category,
        json_extract(change, '$.value.statuses[0].pricing.type') AS type
    FROM webhooks WHERE kind = 'status' AND status = 'delivered' AND happens_at >= :start AND happens_at < :end
    AND phone_number_id IN (SELECT value FROM json_each(:numbers)) GROUP BY place, category, type ORDER BY place
"""


async def read_account(request: web.Request) -> web.StreamResponse | None:
    """GET /{waba}; None: the id is something else's."""
    node, fields = request.match_info["node"], request.query.get("fields", "")
    numbers = [one for one in graph.numbers_of(request) if one.waba_id == node]
    if not numbers:
        return None
    found = of_account(request.app[graph.WORLD], numbers, fields)
    return web.json_response(nodes.waba(numbers, node, fields, found))


async def change_account(request: web.Request) -> web.StreamResponse | None:
    """POST /{waba}?is_enabled_for_insights=true, for good; None: the id is something else's.

    Raises:
        GraphError: 200006, insights can't be switched off; 100, nothing else can be changed here.
    """
    world, given = request.app[graph.WORLD], await graph.parameters_of(request)
    numbers = [one for one in graph.numbers_of(request) if one.waba_id == request.match_info["node"]]
    if not numbers:
        return None
    if "is_enabled_for_insights" not in given:
        raise GraphError(100, "Nothing that can be changed here was named.")
    if str(given["is_enabled_for_insights"]).lower() != "true":
        raise GraphError(200006, message="(#200006) Template insights can't be switched off.")
    world.accounts.of(numbers[0])["insights"] = True
    world.accounts.keep(numbers[0])
    await world.ledger.committed()
    return web.json_response({"id": numbers[0].waba_id})


def of_account(world: World, numbers: list[Number], fields: str) -> dict[str, Any]:
    """The fields of an account that are other than a plain account's, or counted.

    Raises:
        GraphError: 100, the arguments of a count are wrong.
    """
    states = [world.accounts.of(one) for one in numbers]
    banned = any(state["ban"] == "DISABLE" for state in states)
    restricted = any(state["restrictions"] for state in states)
    sending = "BLOCKED" if banned else "LIMITED" if restricted else "AVAILABLE"
    entity = {"entity_type": "WABA", "id": numbers[0].waba_id, "can_send_message": sending}
    found: dict[str, Any] = {
        "account_review_status": states[0]["review"],
        "is_enabled_for_insights": states[0]["insights"],
        "health_status": {"can_send_message": sending, "entities": [entity]},
    }
    for name, arguments in split_fields(fields):
        if name == "analytics":
            found[name] = _analytics(world, numbers, arguments)
        elif name == "pricing_analytics":
            found[name] = _pricing(world, numbers, arguments)
    return found


def _analytics(world: World, numbers: list[Number], given: dict[str, str]) -> dict[str, Any]:
    asked, rows = _rows(world, numbers, given, _SENT)
    points = [_span(asked, row) | {"sent": row["sent"], "delivered": row["delivered"]} for row in rows]
    return {
        "granularity": given["granularity"],
        "phone_numbers": [one.digits for one in numbers],
        "data_points": points,
    }


def _pricing(world: World, numbers: list[Number], given: dict[str, str]) -> dict[str, Any]:
    asked, rows = _rows(world, numbers, given, _PRICED)
    names = {"PRICING_CATEGORY": ("pricing_category", "category"), "PRICING_TYPE": ("pricing_type", "type")}
    wanted = [names[each] for each in words(given.get("dimensions")) if each in names]
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        about = {name: str(row[key]).upper() for name, key in wanted}
        point = sums.setdefault((row["place"], *about.values()), _span(asked, row) | {"volume": 0, "cost": 0} | about)
        point["volume"] += row["volume"]
    return {"data": [{"data_points": list(sums.values())}]}


def _rows(world: World, numbers: list[Number], given: dict[str, str], sql: str) -> tuple[dict[str, Any], list[Any]]:
    start, end, step = given.get("start", ""), given.get("end", ""), STEPS.get(given.get("granularity", ""))
    if not start.isdigit() or not end.isdigit() or int(start) >= int(end) or step is None:
        raise GraphError(100, message="(#100) start, end and granularity are required.")
    named = {"".join(filter(str.isdigit, each)) for each in words(given.get("phone_numbers"))}
    ids = [one.phone_number_id for one in numbers if not named or one.digits in named]
    end_now = min(int(end), world.clock.now())
    asked = {"start": int(start), "end": end_now, "step": step, "numbers": json.dumps(ids)}
    return asked, world.ledger.rows(sql, asked)


def _span(asked: dict[str, Any], row: Any) -> dict[str, Any]:
    begin = asked["start"] + row["place"] * asked["step"]
    return {"start": begin, "end": begin + asked["step"]}
