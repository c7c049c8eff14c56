"""Templates over HTTP: Graph's endpoints, and the control API's (whatsapp.md §6.1)."""

import json
from typing import Any

from aiohttp import web

from apps.simulator import account_calls, graph, reports, template_checks, template_library, templates, uploads
from apps.simulator.errors import GraphError, no_such_object
from apps.simulator.template_checks import refused
from apps.simulator.templates import Template
from apps.simulator.world import World

MOST_ARCHIVED = 100
QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")
STATES = (
    "APPROVED", "REJECTED", "PENDING", "PAUSED", "DISABLED", "FLAGGED", "IN_APPEAL", "LOCKED", "LIMIT_EXCEEDED",
    "ARCHIVED", "PENDING_DELETION", "DELETED", "REINSTATED",
)  # fmt: skip


def routes() -> list[web.RouteDef]:
    """Graph's; ids that are no template's are left to the more general routes' handlers."""
    at = graph.AT
    return [
        web.get(at + "/{waba}/message_templates", listed),
        web.post(at + "/{waba}/message_templates", create),
        web.delete(at + "/{waba}/message_templates", delete),
        web.post(at + "/{waba}/upsert_message_templates", upsert),
        web.post(at + r"/{template:\d+}/unpause", unpause),
        *(
            web.post(version + r"/{waba:\d+}/message_templates/" + verb, archive(verb))
            for version in (at, "")  # these two are called at a host of their own, without a version
            for verb in ("archive", "unarchive")
        ),
        web.get(at + r"/{node:\d+}", read),
        web.post(at + r"/{node:\d+}", edit),
    ]


def control_routes() -> list[web.RouteDef]:
    """Those under /control/."""
    return [
        web.get("/control/templates", all_templates),
        web.patch("/control/templates/{template}", change),
    ]


async def listed(request: web.Request) -> web.StreamResponse:
    """GET /{waba}/message_templates."""
    waba_id = graph.numbers_of_waba(request)[0].waba_id
    found = request.app[graph.WORLD].templates.of_account(waba_id)
    return graph.with_usage(request, templates.page(found, dict(request.query)), waba_id)


async def create(request: web.Request) -> web.StreamResponse:
    """POST /{waba}/message_templates: it goes into review."""
    waba_id, world = graph.numbers_of_waba(request)[0].waba_id, request.app[graph.WORLD]
    body = await graph.json_of(request)
    if body.get("library_template_name"):
        body = template_library.written_out(body)
    template_checks.check_new(body, lambda handle: uploads.mime_of(world, handle))
    template = world.templates.create(waba_id, body)
    await world.ledger.committed()
    return graph.with_usage(request, {key: template[key] for key in ("id", "status", "category")}, waba_id)


async def delete(request: web.Request) -> web.StreamResponse:
    """DELETE /{waba}/message_templates: by `name`, all its languages; by `name` and `hsm_id`, one; by `hsm_ids`."""
    waba_id, world = graph.numbers_of_waba(request)[0].waba_id, request.app[graph.WORLD]
    query = request.query
    wanted = {each.strip(' "[]') for each in (query.get("hsm_ids") or query.get("hsm_id") or "").split(",")} - {""}
    if "hsm_ids" in query and ("name" in query or len(wanted) > MOST_ARCHIVED):
        raise refused(None, f"hsm_ids stands alone, and has at most {MOST_ARCHIVED} ids.")
    if "hsm_ids" not in query and not query.get("name"):
        raise refused(2388043, "The parameter name is required.")
    found = [
        each
        for each in world.templates.of_account(waba_id)
        if (not wanted or each["id"] in wanted) and query.get("name", each["name"]) == each["name"]
    ]
    if not found:
        raise refused(None, "Message template was not found.")
    world.templates.delete(found)
    await world.ledger.committed()
    return graph.with_usage(request, {"success": True}, waba_id)


async def upsert(request: web.Request) -> web.StreamResponse:
    """POST /{waba}/upsert_message_templates: an authentication template in several languages, new or edited."""
    waba_id, world = graph.numbers_of_waba(request)[0].waba_id, request.app[graph.WORLD]
    given = await graph.json_of(request)
    languages = given.pop("languages", None)
    if str(given.get("category", "")).upper() != "AUTHENTICATION" or not isinstance(languages, list) or not languages:
        raise refused(2388043, "Only authentication templates are upserted, in the languages that are named.")
    done = []
    for language in languages:
        body = json.loads(json.dumps(given)) | {"language": language}
        template_checks.check_new(body, lambda handle: uploads.mime_of(world, handle))
        template = world.templates.find(waba_id, body["name"], body["language"])
        if template is None:
            template = world.templates.create(waba_id, body)
        else:
            world.templates.edit(template, body)
        done.append({key: template[key] for key in ("id", "status", "language")})
    await world.ledger.committed()
    return graph.with_usage(request, {"data": done}, waba_id)


def archive(verb: str) -> graph.Handler:
    """POST /{waba}/message_templates/archive and /unarchive: up to 100 ids; what is archived can't be sent."""
    before, after = ("APPROVED", "ARCHIVED") if verb == "archive" else ("ARCHIVED", "APPROVED")

    async def handler(request: web.Request) -> web.StreamResponse:
        waba_id, world = graph.numbers_of_waba(request)[0].waba_id, request.app[graph.WORLD]
        ids = str((await graph.json_of(request)).get("hsm_ids", "")).split(",")
        if not 1 <= len(ids) <= MOST_ARCHIVED:
            raise refused(None, f"hsm_ids has 1 to {MOST_ARCHIVED} ids.")
        known = {each["id"]: each for each in world.templates.of_account(waba_id)}
        done = [each for each in ids if each in known and known[each]["status"] == before]
        for each in done:
            world.templates.become(known[each], after)
        await world.ledger.committed()
        failed = {each: f"Only {before} templates can be {verb}d." for each in ids if each not in done}
        return web.json_response({f"{verb}d_templates": done, "failed_templates": failed})

    return handler


async def unpause(request: web.Request) -> web.StreamResponse:
    """POST /{template}/unpause."""
    template = _of_token(request, request.match_info["template"])
    if template is None:
        raise no_such_object(request.match_info["template"], "post")
    done = request.app[graph.WORLD].templates.unpause(template)
    await request.app[graph.WORLD].ledger.committed()
    return web.json_response({"success": True} if done else {"success": False, "reason": "Template is not paused."})


async def read(request: web.Request) -> web.StreamResponse:
    """GET /{template}."""
    template = _of_token(request, request.match_info["node"])
    if template is None:
        return await reports.read_account(request) or await graph.read_node(request)
    return web.json_response(templates.as_graph(template, request.query.get("fields", "")))


async def edit(request: web.Request) -> web.StreamResponse:
    """POST /{template}: its components are replaced, all of them."""
    template = _of_token(request, request.match_info["node"])
    if template is None:
        changed = await account_calls.change_number(request) or await reports.change_account(request)
        return changed or await graph.change_node(request)
    world, given = request.app[graph.WORLD], await graph.parameters_of(request)
    body = {key: template[key] for key in ("category", "components", "parameter_format")} | given
    template_checks.check_content(body, lambda handle: _known_file(world, handle))
    world.templates.edit(template, body)
    await world.ledger.committed()
    return web.json_response({"success": True} | {key: template[key] for key in ("id", "name", "category")})


def _of_token(request: web.Request, template_id: str) -> Template | None:
    """A template of an account that the request's token reaches."""
    template = request.app[graph.WORLD].templates.get(template_id)
    accounts = [number.waba_id for number in graph.numbers_of(request)]
    return template if template and template["waba_id"] in accounts else None


def _known_file(world: World, handle: Any) -> str | None:
    """On an edit the address of the present sample may stay."""
    kept = isinstance(handle, str) and handle.startswith("https://scontent.")
    return "kept" if kept else uploads.mime_of(world, handle)


async def all_templates(request: web.Request) -> web.StreamResponse:
    """GET `waba_id`, `name`: with everything that is planned."""
    world, query = request.app[graph.WORLD], request.query
    wabas = {number.waba_id for number in world.numbers} if "waba_id" not in query else {query["waba_id"]}
    found = [each for waba_id in sorted(wabas) for each in world.templates.of_account(waba_id)]
    return web.json_response({"templates": [each for each in found if query.get("name", each["name"]) == each["name"]]})


async def change(request: web.Request) -> web.StreamResponse:
    """PATCH `status` (`title`, `reason`), `quality`, `category` (`notice` in seconds): the business is told."""
    world, body = request.app[graph.WORLD], await graph.json_of(request)
    template = world.templates.get(request.match_info["template"])
    if template is None:
        raise GraphError(100, "There is no such template.", http=404)
    if body.get("status", "APPROVED") not in STATES or body.get("quality", "RED") not in QUALITIES:
        raise GraphError(100, "No such status or quality.")
    if "status" in body:
        world.templates.become(template, body["status"], str(body.get("title", "")), str(body.get("reason", "NONE")))
    if "quality" in body:
        world.templates.rate(template, body["quality"])
    if "category" in body:
        world.templates.recategorize(template, str(body["category"]), float(body.get("notice", templates.DAY)))
    await world.ledger.committed()
    return web.json_response(world.templates.get(template["id"]))
