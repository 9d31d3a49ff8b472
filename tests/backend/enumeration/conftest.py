"""The gateway of the identity tests, and the application."""

from tests.backend.identity.conftest import gateway, settings

from .attacked import inside

__all__ = ["gateway", "inside", "settings"]
