"""The application of one API process, as the server imports it."""

import os

from litestar.types import ASGIApp

from camaug import app, settings
from camaug.kernel import telemetry
from camaug.processes import die_with_parent


def create() -> ASGIApp:
    """Made once in each API process."""
    die_with_parent(parent=os.getppid())
    telemetry.set_up("api")
    return app.create(settings.load())
