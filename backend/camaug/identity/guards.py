"""Who asks, as arguments of handlers: `me`, `officer`, `visitor`."""

from typing import Any, TypeAlias, cast
from uuid import UUID

from litestar.di import NamedDependency
from litestar.types import Scope

from camaug.kernel.web import AnyRequest, FromEngines
from camaug_sdk.problems import Forbidden, ProofNeeded, Unauthenticated
from camaug_sdk.records import Caller, Person, StaffMember

Proven: TypeAlias = NamedDependency[StaffMember]
"""An officer who has just proved who they are (argument `proven`)."""


def account(scope: Scope) -> UUID | None:
    """Whose limits a request uses; None for nobody."""
    caller: Caller = cast("Any", scope)["state"]["caller"]
    if caller.me is not None:
        return caller.me.citizen_id
    return caller.officer.staff_id if caller.officer is not None else None


async def provide_visitor(request: AnyRequest) -> Caller:
    """Whoever asks, as `Authenticate` found out."""
    caller: Caller = request.scope["state"]["caller"]
    return caller


async def provide_me(request: AnyRequest) -> Person:
    """The signed-in citizen. Raises `Unauthenticated`, or `Forbidden` for staff."""
    return citizen(await provide_visitor(request))


def citizen(caller: Caller) -> Person:
    """The citizen who asks. Raises like `provide_me`."""
    if caller.me is None:
        raise Forbidden if caller.officer is not None else Unauthenticated
    return caller.me


async def provide_officer(request: AnyRequest) -> StaffMember:
    """The signed-in member of staff. Raises `Unauthenticated`, or `Forbidden` for citizens."""
    return officer(await provide_visitor(request))


async def provide_proven(request: AnyRequest, engines: FromEngines) -> StaffMember:
    """The signed-in member of staff, who has shown the second factor a short while ago.

    Raises `ProofNeeded`, and like `provide_officer`.
    """
    caller = await provide_visitor(request)
    found = officer(caller)
    if engines.clock.now().timestamp() - caller.proved_at > ProofNeeded.max_age:
        raise ProofNeeded
    return found


def officer(caller: Caller) -> StaffMember:
    """The member of staff who asks. Raises like `provide_officer`."""
    if caller.officer is None:
        raise Forbidden if caller.me is not None else Unauthenticated
    return caller.officer
