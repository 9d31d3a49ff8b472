"""The API server. Only this module knows that the server is granian."""

from granian import Granian
from granian.constants import Interfaces

from camaug import settings

GRACE_SECONDS = 10


def serve(listen: str | None = None) -> None:
    """Run the API processes until SIGTERM; a process that ends is started anew at once."""
    config = settings.load()
    host, _, port = (listen or config.listen).rpartition(":")
    Granian(
        "camaug.asgi:create",
        factory=True,
        address=host,
        port=int(port),
        interface=Interfaces.ASGI,
        workers=config.workers,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=GRACE_SECONDS,
        backlog=1024,
        log_access=False,
        websockets=False,
    ).serve()
