"""HTTP of the SMS gateway. Refusals come with status 200 and a code in the body."""

import msgspec
from aiohttp import web

from camaug_simulators.faults import delay, hang_up
from camaug_simulators.sms.gateway import (
    MESSAGES,
    Refused,
    SendRequest,
    accept,
    check_credentials,
    deliver,
)
from camaug_simulators.world import World, world_of

routes = web.RouteTableDef()

_SEND = "/MainService.svc/json/SendMultipleMessage_V4_post_json"
_BALANCE = "/MainService.svc/json/GetBalance_json"


def _refusal(code: str, **more: str) -> web.Response:
    message = MESSAGES.get(code, "Error")
    return web.json_response(
        {"CodeResult": code, "CountRegenerate": 0, "ErrorMessage": message, **more}
    )


async def _body(request: web.Request) -> SendRequest | None:
    if request.content_type != "application/json":
        return None
    try:
        return msgspec.json.decode(await request.read(), type=SendRequest)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


@routes.post(_SEND + "/")
@routes.post(_SEND)
async def send_sms(request: web.Request) -> web.Response:
    """Send one customer-care message."""
    world, body = world_of(request), await _body(request)
    if body is None:
        return web.json_response({"error": "Invalid request"}, status=400)
    phone = body.Phone or ""
    await delay(world, "sms", phone)
    if world.switches.fires("sms.drop", phone):
        return hang_up(request)
    try:
        answer = _send(world, body)
    except Refused as refused:
        more = {"SMSID": ""} if refused.code == "146" else {}
        return _refusal(refused.code, **more)
    return hang_up(request) if world.switches.fires("sms.lost_answer", phone) else answer


def _send(world: World, body: SendRequest) -> web.Response:
    sms = accept(world, body)
    fault = world.switches.fires("sms.error", body.Phone or "", sms.phone)
    if fault is not None:
        raise Refused(fault.code)
    if sms.request_id and world.request_ids.seen(sms.request_id):
        return web.json_response(
            {
                "CodeResult": "124",
                "CountRegenerate": 0,
                "ErrorMessage": "Request exist 1",
                "SendStatus": "5",
            }
        )
    if str(body.Sandbox) != "1":
        deliver(world, sms)
    if sms.request_id:
        world.request_ids.block(sms.request_id)
    return web.json_response({"CodeResult": "100", "CountRegenerate": 0, "SMSID": sms.sms_id})


@routes.post(_BALANCE + "/")
@routes.post(_BALANCE)
async def get_balance(request: web.Request) -> web.Response:
    """Tell what is left on the account."""
    world, body = world_of(request), await _body(request)
    if body is None:
        return web.json_response({"error": "Invalid request"}, status=400)
    try:
        check_credentials(world, body.ApiKey, body.SecretKey)
    except Refused as refused:
        message = MESSAGES[refused.code]
        answer = {"Balance": 0, "CodeResponse": refused.code, "ErrorMessage": message}
        return web.json_response(answer)
    balance = world.switches.get("sms.balance").amount
    return web.json_response({"Balance": balance, "CodeResponse": "100", "UserID": 9999})
