"""The fixtures of the quick tests of notices."""

from tests.backend.notices.conftest import (
    citizen,
    config,
    fcm,
    fcm_server,
    make_citizen,
)

__all__ = ["citizen", "config", "fcm", "fcm_server", "make_citizen"]
