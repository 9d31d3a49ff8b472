"""Everything that the simulators know, in one object handed to every route."""

from dataclasses import dataclass, field

from aiohttp import web

from camaug_simulators.changes import Changes
from camaug_simulators.devices import Devices
from camaug_simulators.fcm.service_account import ServiceAccount
from camaug_simulators.journal import Journal
from camaug_simulators.lockscreen import LockScreens
from camaug_simulators.sms.account import SmsAccount
from camaug_simulators.sms.inbox import Inbox, RequestIds
from camaug_simulators.state import StateFile
from camaug_simulators.switches import Switches


@dataclass
class World:
    """The state of all simulated services; ``account`` is None while FCM has no credentials."""

    account: ServiceAccount | None
    sms_account: SmsAccount
    state: StateFile
    devices: Devices
    inbox: Inbox = field(default_factory=Inbox)
    request_ids: RequestIds = field(default_factory=RequestIds)
    lock_screens: LockScreens = field(default_factory=LockScreens)
    journal: Journal = field(default_factory=Journal)
    switches: Switches = field(default_factory=Switches)
    changes: Changes = field(default_factory=Changes)


WORLD = web.AppKey("world", World)


def world_of(request: web.Request) -> World:
    """Return the world of the server that a request came to."""
    return request.app[WORLD]
