"""HTTP of the token endpoint, of ``messages:send`` and of topic subscriptions."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from camaug_simulators.clock import utc_now
from camaug_simulators.devices import Device
from camaug_simulators.faults import delay, hang_up
from camaug_simulators.fcm import errors, oauth, send
from camaug_simulators.fcm.conditions import TOPIC_NAME
from camaug_simulators.fcm.proto_json import Violation
from camaug_simulators.world import World, world_of

routes = web.RouteTableDef()

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def google_api(handler: _Handler) -> _Handler:
    """Check bearer and project of a call, and answer refusals in Google's form."""

    async def checked(request: web.Request) -> web.StreamResponse:
        try:
            _authorize(world_of(request), request)
            return await handler(request)
        except errors.ApiError as error:
            return error.answer()

    return checked


def _authorize(world: World, request: web.Request) -> None:
    oauth.check_bearer(world.account, request.headers.get("Authorization", ""))
    project = request.match_info["project"]
    if world.account is None or project != world.account.project_id:
        text = f"Permission 'cloudmessaging.messages.create' denied on project '{project}'."
        raise errors.permission_denied(text, "IAM_PERMISSION_DENIED")


@routes.post("/token")
async def issue_token(request: web.Request) -> web.Response:
    """Exchange a signed assertion for an access token."""
    world = world_of(request)
    if world.switches.fires("oauth.unavailable"):
        return web.json_response({"error": "internal_failure"}, status=503)
    lifetime_s = world.switches.get("oauth.token_lifetime").amount
    try:
        answer = oauth.grant(world.account, await request.post(), lifetime_s)
    except oauth.GrantRefused as refusal:
        return refusal.answer()
    return web.json_response(answer, headers={"Cache-Control": "no-store"})


@routes.post("/v1/projects/{project}/messages:send")
@google_api
async def send_message(request: web.Request) -> web.StreamResponse:
    """Send one message."""
    world, project = world_of(request), request.match_info["project"]
    message, validate_only = send.read_request(await _json_body(request))
    names = send.target_names(world, message)
    await delay(world, "fcm", *names)
    if world.switches.fires("fcm.drop", *names):
        return hang_up(request)
    to = send.receivers(world, message, project)
    send.misbehave(world, message)
    if validate_only:
        return web.json_response({"name": f"projects/{project}/messages/fake_message_id"})
    name = send.deliver(world, message, project, to)
    if world.switches.fires("fcm.lost_answer", *names):
        return hang_up(request)
    return web.json_response({"name": name})


async def _json_body(request: web.Request) -> bytes:
    if request.content_type != "application/json":
        text = f"Unsupported content type: {request.content_type}"
        raise errors.unreadable([Violation("", text)])
    return await request.read()


_SUBSCRIPTIONS = "/v1/projects/{project}/registrations/{registration}/topicSubscriptions"


def _registered(request: web.Request) -> Device:
    device = world_of(request).devices.find(request.match_info["registration"])
    if device is None:
        raise errors.fcm_error("UNREGISTERED")
    return device


@routes.post(_SUBSCRIPTIONS)
@google_api
async def subscribe(request: web.Request) -> web.StreamResponse:
    """Subscribe a device to a topic."""
    topic = request.query.get("topic_name", "")
    if not TOPIC_NAME.fullmatch(topic):
        raise errors.unreadable([Violation("topic_name", "Invalid topic name.")])
    device = _registered(request)
    if not world_of(request).devices.subscribe(device, topic):
        raise errors.already_exists()
    parent = request.path.removeprefix("/v1/")
    created = utc_now().isoformat().replace("+00:00", "Z")
    return web.json_response(
        {"name": f"{parent}/{topic}", "topic_name": topic, "create_time": created}
    )


@routes.delete(_SUBSCRIPTIONS + "/{topic}")
@google_api
async def unsubscribe(request: web.Request) -> web.StreamResponse:
    """End a device's subscription to a topic."""
    device = _registered(request)
    removed = world_of(request).devices.unsubscribe(device, request.match_info["topic"])
    if not removed and request.query.get("allow_missing") != "true":
        raise errors.not_found()
    return web.json_response({})
