"""`/metrics` for Prometheus: one loopback port for all API processes of a server.

The processes write their counters to files of one folder, which outlives each of them; only here
are they summed. Labels are route templates, methods and statuses: nothing that a person typed.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from camaug import settings

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def served(listen: str | None) -> Generator[None]:
    """Serve what the processes write that are started within; nothing without an address."""
    if listen is None:
        yield
        return
    host, port = settings.listening(listen)
    with TemporaryDirectory(prefix="camaug-metrics-") as folder:
        os.environ[_FOLDER] = folder
        registry = CollectorRegistry()
        MultiProcessCollector(registry, folder)
        server, thread = start_http_server(port, addr=host, registry=registry)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            del os.environ[_FOLDER]
