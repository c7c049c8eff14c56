"""What an account may ask of its templates beside themselves: how they fare, two side by side, their way into another
account, preset texts (whatsapp.md §6.1, §8). Counted from the ledger."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from apps.simulator import graph, template_library
from apps.simulator.errors import GraphError, no_such_object
from apps.simulator.limits import table
from apps.simulator.paging import page, words
from apps.simulator.template_checks import refused
from apps.simulator.world import World

DAY = 86_400
MOST_ASKED, MOST_MIGRATED, LEAST_COMPARED = 10, 500, 1000
WINDOWS = (7, 30, 60, 90)
METRICS = ("SENT", "DELIVERED", "READ", "CLICKED", "COST")
_COUNTED = """
    SELECT w.status, w.happens_at, m.wamid FROM messages m JOIN webhooks w ON w.wamid = m.wamid
    WHERE m.phone_number_id IN (SELECT value FROM json_each(?)) AND m.type = 'template' AND w.kind = 'status'
    AND json_extract(m.content, '$.template.name') = ? AND json_extract(m.content, '$.template.language.code') = ?
    AND w.happens_at >= ? AND w.happens_at < ?
"""
Row = dict[str, Any]


def routes() -> list[web.RouteDef]:
    """Graph's; they come before the more general ones."""
    at = graph.AT
    return [
        web.get(at + "/{waba}/template_analytics", analytics),
        web.get(at + "/{waba}/message_template_previews", previews),
        web.get(at + r"/{template:\d+}/compare", compare),
        web.post(at + "/{waba}/migrate_message_templates", migrate),
        web.get(at + "/message_template_library", library),
    ]


async def library(request: web.Request) -> web.StreamResponse:
    """GET /message_template_library."""
    graph.numbers_of(request)
    return web.json_response(page(template_library.search(request.query), request))


async def analytics(request: web.Request) -> web.StreamResponse:
    """GET /{waba}/template_analytics: each template's day by day."""
    numbers, world, query = graph.numbers_of_waba(request), request.app[graph.WORLD], request.query
    if not world.accounts.of(numbers[0])["insights"]:
        raise GraphError(200007, message="(#200007) Template insights are not enabled for this account.")
    start, end = _span(query.get("start"), query.get("end"))
    ids, metrics = words(query.get("template_ids")), [each.upper() for each in words(query.get("metric_types"))]
    if not 1 <= len(ids) <= MOST_ASKED or query.get("granularity", "daily").upper() != "DAILY":
        raise GraphError(100, f"(#100) template_ids has 1 to {MOST_ASKED} ids, and granularity is daily.")
    if not set(metrics) <= set(METRICS) or start < world.clock.now() - 91 * DAY:
        raise GraphError(100, "(#100) metric_types are " + ", ".join(METRICS) + "; of the last 90 days.")
    points = [
        point
        for each in ids
        for point in _points(world, numbers[0].waba_id, each, (start, end), metrics or METRICS[:3])
    ]
    rows = [{"granularity": "DAILY", "product_type": "cloud_api", "data_points": points}]
    return graph.with_usage(request, {"data": rows}, numbers[0].waba_id)


async def compare(request: web.Request) -> web.StreamResponse:
    """GET /{template}/compare: two templates that were sent at least a thousand times each."""
    world = request.app[graph.WORLD]
    pair = [request.match_info["template"], *words(request.query.get("template_ids"))]
    known = [_template(request, each) for each in pair]
    start, end = _span(request.query.get("start"), request.query.get("end"))
    if len(pair) != 2 or round((end - start) / DAY) not in WINDOWS:
        raise GraphError(100, "(#100) Two templates are compared, over 7, 30, 60 or 90 days.")
    sends = [len(_told(world, each, "sent", start, end)) for each in known]
    if min(sends) < LEAST_COMPARED:
        raise GraphError(100, f"(#100) Each template must have been sent {LEAST_COMPARED} times.")
    block = {"metric": "BLOCK_RATE", "type": "RELATIVE", "order_by_relative_metric": pair}
    counted = [{"key": one, "value": n} for one, n in zip(pair, sends, strict=True)]
    number = {"metric": "MESSAGE_SENDS", "type": "NUMBER_VALUES", "number_values": counted}
    why = [{"key": one, "value": "UNKNOWN_BLOCK_REASON"} for one in pair]
    reason = {"metric": "TOP_BLOCK_REASON", "type": "STRING_VALUES", "string_values": why}
    return web.json_response({"data": [block, number, reason]})


async def migrate(request: web.Request) -> web.StreamResponse:
    """POST /{waba}/migrate_message_templates: good templates of another account of the business come here."""
    waba_id, world = graph.numbers_of_waba(request)[0].waba_id, request.app[graph.WORLD]
    given = await graph.parameters_of(request)
    source = str(given.get("source_waba_id", ""))
    if source == waba_id or source not in {one.waba_id for one in graph.numbers_of(request)}:
        raise no_such_object(source, "post")
    count, number = (str(given.get(key, usual)) for key, usual in (("count", MOST_MIGRATED), ("page_number", 0)))
    if not count.isdigit() or not number.isdigit() or not 1 <= int(count) <= MOST_MIGRATED:
        raise GraphError(100, f"(#100) count is from 1 to {MOST_MIGRATED}.")
    wanted, start = words(given.get("template_ids")), int(count) * int(number)
    rows = [each for each in world.templates.of_account(source) if not wanted or each["id"] in wanted]
    done, failed = [], {}
    for each in rows[start : start + int(count)]:
        if each["status"] != "APPROVED" or each["quality"] not in ("GREEN", "UNKNOWN"):
            failed[each["id"]] = "Only approved templates of good or unknown quality can be migrated."
            continue
        try:
            done.append(world.templates.take_in(waba_id, each)["id"])
        except GraphError as refusal:
            failed[each["id"]] = refusal.details
    await world.ledger.committed()
    return web.json_response({"migrated_templates": done, "failed_templates": failed})


async def previews(request: web.Request) -> web.StreamResponse:
    """GET /{waba}/message_template_previews: Meta's texts of authentication templates."""
    graph.numbers_of_waba(request)
    query, rules = request.query, table("templates.authentication")
    if query.get("category", "").upper() != "AUTHENTICATION":
        raise refused(None, "Only authentication templates have previews.")
    return web.json_response(
        {
            "data": [
                _preview(each, rules["texts"], query) for each in words(query.get("languages")) or ["en_US", "pt_BR"]
            ]
        }
    )


def _preview(language: str, texts: dict[str, dict[str, str]], query: Any) -> Row:
    known = texts.get(language[:2], texts["en"])
    security = f" {known['security']}" if query.get("add_security_recommendation", "") == "true" else ""
    minutes = query.get("code_expiration_minutes")
    footer = {"footer": known["expiration"].format(minutes=minutes)} if minutes else {}
    button = {"type": "OTP", "text": known["button"], "autofill_text": known["button"]}
    return {"body": known["body"] + security, **footer, "buttons": [button], "language": language}


def _span(start: Any, end: Any) -> tuple[int, int]:
    if not (str(start or "").isdigit() and str(end or "").isdigit() and int(start) < int(end)):
        raise GraphError(100, "(#100) start and end are seconds since 1970, one after the other.")
    return int(start), int(end)


def _template(request: web.Request, name: str) -> Row:
    template = request.app[graph.WORLD].templates.get(name)
    if template is None or template["waba_id"] not in {one.waba_id for one in graph.numbers_of(request)}:
        raise no_such_object(name)
    return template


def _told(world: World, template: Row, status: str, start: float, end: float) -> set[str]:
    ids = [one.phone_number_id for one in world.numbers if one.waba_id == template["waba_id"]]
    values = (json.dumps(ids), template["name"], template["language"], start, min(end, world.clock.now()))
    return {row["wamid"] for row in world.ledger.rows(_COUNTED, values) if row["status"] == status}


def _points(world: World, waba_id: str, name: str, span: tuple[int, int], metrics: Any) -> Iterator[Row]:
    template = world.templates.get(name)
    if template is None or template["waba_id"] != waba_id:
        raise no_such_object(name)
    begin = int(datetime.fromtimestamp(span[0], UTC).replace(hour=0, minute=0, second=0).timestamp())
    while begin < span[1]:
        point: Row = {"template_id": name, "start": begin, "end": begin + DAY}
        for metric in ("SENT", "DELIVERED", "READ"):
            if metric in metrics:
                point[metric.lower()] = len(_told(world, template, metric.lower(), begin, begin + DAY))
        if "CLICKED" in metrics and template["category"] != "AUTHENTICATION":
            point["clicked"] = []
        if "COST" in metrics:
            point["cost"] = [{"type": "amount_spent", "value": 0}]
        yield point
        begin += DAY
