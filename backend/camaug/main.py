"""The API server. Only this module knows that the server is granian."""

import contextlib
import os
import socket
import time
from multiprocessing import Process
from typing import Any, cast

from granian.constants import Interfaces
from granian.server import MPServer

from camaug import preflight, settings
from camaug.plugins import recorder, watchdog
from camaug.processes import DRAIN, keep_one_heap
from camaug.settings import Settings, Wrong

GRACE_SECONDS = 10
"""For what runs when a process is told to end."""
MOST_DEATHS = 10
"""Of processes in a minute; then the server ends, and whoever started it starts it anew."""
START_SECONDS = 10.0
"""After SIGHUP a new process has so long to come up before the old one is told to end."""


class _Server(MPServer):
    """Granian with one listening socket for its processes, as it has where it is no Linux.

    A socket for each (SO_REUSEPORT) drops the connections that wait at a process that ends. And it
    does not give up when a process ends soon after its start: a plugin that holds the loop can do
    that to two of them in a second.
    """

    _deaths: tuple[float, ...] = ()

    def _init_shared_socket(self) -> None:
        super()._init_shared_socket()
        holder: Any = cast("Any", self._ssp).build()
        self._shd, self._sfd, self._ssp = holder, holder.get_fd(), None
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)

    def _respawn_workers(
        self, workers: Any, spawn_target: Any, target_loader: Any, delay: float = 0
    ) -> None:
        for idx in () if delay else workers:
            ended: Process = cast("Any", self.wrks[idx]).inner
            if ended.pid is not None:
                recorder.bury(ended.pid, ended.exitcode)
        cast("Any", super())._respawn_workers(  # noqa: SLF001  (see above)
            workers, spawn_target, target_loader, delay
        )
        if delay:
            return
        now = time.monotonic()
        self._deaths = (*(at for at in self._deaths if at > now - 60), *(now for _ in workers))
        if len(self._deaths) <= MOST_DEATHS:
            cast("Any", self).respawned_wrks.clear()

    def drain(self) -> None:
        """Before processes are replaced: no client shall write to a connection that just closes."""
        for worker in self.wrks:
            process: Process = cast("Any", worker).inner
            if process.pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, DRAIN)


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
    keep_one_heap()
    with watchdog.kept():
        _run(config, host, port)
    return 0


def _run(config: Settings, host: str, port: int) -> None:
    server = _Server(
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
    )
    server.on_reload(server.drain)
    server.serve()


def _need_free(host: str, port: int) -> None:
    """Refuse a port where somebody answers: our server shares its port, and would join in."""
    try:
        with socket.create_connection((host, port), timeout=1):
            pass
    except OSError:
        return
    where = f"{host}:{port}"
    raise Wrong(f"port {where} is in use", "end what uses it, or change CAMAUG_LISTEN")
