"""Raw ASGI applications that answer the same bytes: what the product is compared with.

`python floors.py NAME PORT`. What a floor answers comes from a file named by BENCH_ANSWER.
"""

import os
import sys
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces

BODY = Path(os.environ["BENCH_ANSWER"]).read_bytes() if "BENCH_ANSWER" in os.environ else b""
OK = {"type": "http.response.start", "status": 200}
UNCHANGED = {
    "type": "http.response.start",
    "status": 304,
    "headers": [(b"content-length", b"0")],
}


async def same_bytes(scope: Any, _: Any, send: Any) -> None:
    """The same answer to everything."""
    if scope["type"] == "lifespan":
        return
    length = str(len(BODY)).encode()
    await send(
        OK
        | {
            "headers": [
                (b"content-type", b"application/vnd.camaug.screen+json"),
                (b"content-length", length),
            ]
        }
    )
    await send({"type": "http.response.body", "body": BODY, "more_body": False})


async def unchanged(scope: Any, _: Any, send: Any) -> None:
    """304 to everything."""
    if scope["type"] == "lifespan":
        return
    await send(UNCHANGED)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


if __name__ == "__main__":
    Granian(
        f"floors:{sys.argv[1]}",
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.ASGI,
        workers=1,
        log_access=False,
        websockets=False,
        working_dir=Path(__file__).parent,
    ).serve()
