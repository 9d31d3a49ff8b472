"""The API server. Only this module knows that the server is granian."""

import socket

from granian import Granian
from granian.constants import Interfaces

from camaug import preflight, settings
from camaug.settings import Wrong

GRACE_SECONDS = 10
"""For what runs when a process is told to end."""
START_SECONDS = 10.0
"""After SIGHUP a new process has so long to come up before the old one is told to end."""


def serve(listen: str | None = None) -> int:
    """Run the API processes until SIGTERM; a process that ends is started anew at once.

    SIGHUP replaces them one after the other, for new code or settings. 1 when the installation
    is not ready to serve, said in a line.
    """
    config = settings.load()
    host, port = settings.listening(listen or config.listen)
    _need_free(host, port)
    if not preflight.passes(config):
        return 1
    Granian(
        "camaug.asgi:create",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=config.workers,
        respawn_failed_workers=True,
        respawn_interval=START_SECONDS,
        workers_kill_timeout=GRACE_SECONDS,
        backlog=1024,
        log_access=False,
        websockets=False,
    ).serve()
    return 0


def _need_free(host: str, port: int) -> None:
    """Refuse a port where somebody answers: our server shares its port, and would join in."""
    try:
        with socket.create_connection((host, port), timeout=1):
            pass
    except OSError:
        return
    where = f"{host}:{port}"
    raise Wrong(f"port {where} is in use", "end what uses it, or change CAMAUG_LISTEN")
