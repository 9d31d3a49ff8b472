"""The body of a request is there before the plugin's time begins: who sends slowly harms nobody.

Otherwise a handful of half bodies would look like a plugin that is late, and suspend it.
"""

import asyncio
from typing import Any, ClassVar

from litestar.types import HTTPReceiveMessage, Receive, Scope

from camaug.plugins.build import MOST_BODY
from camaug_sdk.problems import Problem

SECONDS = 10.0
WITH_BODY = frozenset(("POST", "PUT", "PATCH", "DELETE"))


class SlowBody(Problem):
    """The request did not arrive in time, or its sender has gone."""

    status: ClassVar[int] = 408
    code = "slow_body"


async def received(scope: Scope, receive: Receive) -> Receive:
    """What gives the body that has arrived, up to what the plugin refuses. Raises `SlowBody`."""
    if scope["type"] != "http" or scope["method"] not in WITH_BODY:
        return receive
    messages: list[HTTPReceiveMessage] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(SECONDS):
            while more and size <= MOST_BODY:
                message = await receive()
                if message["type"] != "http.request":
                    raise SlowBody
                messages.append(message)
                size += len(message.get("body", b""))
                more = message.get("more_body", False)
    except TimeoutError:
        raise SlowBody from None
    waiting = iter(messages)

    async def give() -> Any:
        return next(waiting, None) or await receive()

    return give
