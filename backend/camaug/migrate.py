"""Brings the database to the newest schema, makes the first keys, takes plugins in.

Runs as the role `camaug_migrator`; the API and the workers never change the schema.
"""

import asyncio
import os

from alembic import command
from alembic.config import Config

from camaug import app, preflight, revisions, settings
from camaug.processes import keep_to_oneself
from camaug.settings import SettingsError


def _config() -> Config:
    """Alembic on the migrations of this source tree, or of the installed wheel."""
    config = Config()
    config.set_main_option("script_location", str(revisions.folder()).replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Run every migration that the database lacks."""
    config = _config()
    config.attributes["url"] = url
    command.upgrade(config, "head")


async def run() -> None:
    """Schema, keys, store, plugins. Running it again changes nothing."""
    url = os.environ.get("CAMAUG_MIGRATOR_URL")
    if not url:
        raise SettingsError("CAMAUG_MIGRATOR_URL is needed by migrate (role camaug_migrator)")
    keep_to_oneself()  # plugins are tried out below
    await (await preflight.connect(url, "CAMAUG_MIGRATOR_URL")).close()
    await asyncio.to_thread(upgrade, url)
    config = settings.load()
    async with app.engines(config, process="migrate") as engines:
        await app.prepare(engines, config, url)
