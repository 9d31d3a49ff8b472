"""`/metrics` for Prometheus: one loopback port for all API processes of a server.

The processes write their counters to files of one folder, which outlives each of them; a process of
its own sums them up. Labels are route templates, methods and statuses: nothing that a person typed.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from camaug import settings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Read by prometheus_client when it is imported, so this comes before anything that counts."""


@contextmanager
def served(listen: str | None) -> Generator[None]:
    """Serve what is counted by processes that are started within; nothing without an address.

    Raises `Wrong` when the port is taken.
    """
    if listen is None:
        yield
        return
    _need_free(listen)
    with TemporaryDirectory(prefix="camaug-metrics-") as folder:
        os.environ[FOLDER] = folder
        argv = [sys.executable, "-m", "camaug.metrics", listen, str(os.getpid())]
        server = subprocess.Popen(argv)  # noqa: S603  (ourselves)
        try:
            yield
        finally:
            server.terminate()
            server.wait()
            del os.environ[FOLDER]


def _need_free(listen: str) -> None:
    """Raise `Wrong` where the other process could not listen: it would be missed too late."""
    host, port = settings.listening(listen)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            mend = "end what uses it, or change CAMAUG_METRICS_LISTEN"
            raise settings.Wrong(f"port {listen} cannot be used ({error.strerror})", mend) from None


def _serve(listen: str, parent: int) -> None:
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    from camaug.processes import die_with_parent

    die_with_parent(parent=parent)
    host, port = settings.listening(listen)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, os.environ[FOLDER])
    _, thread = start_http_server(port, addr=host, registry=registry)
    thread.join()


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
