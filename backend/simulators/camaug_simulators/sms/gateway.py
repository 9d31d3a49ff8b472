"""The rules of the gateway: what it accepts, charges and refuses, by its table of codes."""

import re
import secrets
import unicodedata
from datetime import datetime

from msgspec import Struct

from camaug_simulators.clock import VIETNAM, utc_now
from camaug_simulators.sms.inbox import Sms
from camaug_simulators.world import World

PRICE_VND = 800
_MAX_REQUEST_ID = 50
# Vietnamese mobile numbers, nine digits after the trunk 0 or the country code.
_PHONE = re.compile(r"(?:0|\+?84)([35789]\d{8})")

MESSAGES = {
    "99": "Phone number is blocked in the system",
    "101": "Authorize Failed",
    "103": "Not enough balance to send message",
    "104": "Brand name code is not exist",
    "108": "Phone number is not in correct format",
    "110": "The requested data is incorrect",
    "118": "Unsupported message type",
    "140": "IP is not whitelisted for sending messages",
    "146": "Sai template Brandname CSKH",
    "177": "The network is not registered",
    "300": "Missing message type",
}


class Refused(Exception):
    """The gateway refuses; ``code`` is of its table."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SendRequest(Struct, frozen=True, kw_only=True):
    """The body of SendMultipleMessage_V4_post_json; flags come as strings or numbers."""

    ApiKey: str | None = None
    SecretKey: str | None = None
    Content: str | None = None
    Phone: str | None = None
    Brandname: str | None = None
    SmsType: str | int | None = None
    IsUnicode: str | int | None = 0
    Sandbox: str | int | None = 0
    RequestId: str | None = None
    SendDate: str | None = None


def local_number(phone: str) -> str | None:
    """Return a Vietnamese mobile number as 0xxxxxxxxx, None if it is none."""
    match = _PHONE.fullmatch(phone)
    return None if match is None else "0" + match[1]


def without_marks(text: str) -> str:
    """Return Vietnamese text as a non-Unicode message carries it."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def parts_of(content: str, *, unicode: bool) -> int:
    """Return how many messages a text takes: 160 or 70 letters alone, 153 or 67 when joined."""
    alone, joined = (70, 67) if unicode else (160, 153)
    return 1 if len(content) <= alone else -(-len(content) // joined)


def check_credentials(world: World, key: str | None, secret: str | None) -> None:
    """Refuse a wrong key or secret.

    Raises:
        Refused: 101.
    """
    account = world.sms_account
    right_key = secrets.compare_digest((key or "").encode(), account.key.encode())
    right_secret = secrets.compare_digest((secret or "").encode(), account.secret.encode())
    if not (right_key and right_secret):
        raise Refused("101")


def accept(world: World, request: SendRequest) -> Sms:
    """Return the message that a request makes.

    Raises:
        Refused: with the code of the first rule that it breaks.
    """
    check_credentials(world, request.ApiKey, request.SecretKey)
    if request.SmsType is None or request.SmsType == "":
        raise Refused("300")
    if str(request.SmsType) != "2":
        raise Refused("118")
    phone = local_number(request.Phone or "")
    if phone is None:
        raise Refused("108")
    if request.Brandname not in world.sms_account.brandnames:
        raise Refused("104")
    return _message(world, request, phone)


def _message(world: World, request: SendRequest, phone: str) -> Sms:
    request_id = request.RequestId or ""
    if not request.Content or len(request_id) > _MAX_REQUEST_ID:
        raise Refused("110")
    unicode = str(request.IsUnicode) == "1"
    content = request.Content if unicode else without_marks(request.Content)
    if not world.sms_account.covers(content):
        raise Refused("146")
    return Sms(
        sms_id=secrets.token_hex(16),
        phone=phone,
        sender=request.Brandname or "",
        content=content,
        parts=parts_of(content, unicode=unicode),
        request_id=request_id,
        due_at=_due(request.SendDate),
    )


def _due(send_date: str | None) -> datetime:
    if not send_date:
        return utc_now()
    try:
        return datetime.strptime(send_date, "%Y-%m-%d %H:%M:%S").replace(tzinfo=VIETNAM)
    except ValueError:
        raise Refused("110") from None


def deliver(world: World, sms: Sms) -> None:
    """Charge a message and put it on its phone.

    Raises:
        Refused: 103, the balance is too low.
    """
    if not world.switches.spend("sms.balance", sms.parts * PRICE_VND):
        raise Refused("103")
    world.inbox.add(sms)
    world.journal.record(
        "sms",
        sms.phone,
        name=sms.sms_id,
        message={"sender": sms.sender, "content": sms.content, "parts": sms.parts},
        request_id=sms.request_id,
    )
    world.changes.announce()
