"""Brings the database to the newest schema, as the migrator role."""

from alembic import command
from alembic.config import Config

from camaug.settings import ROOT


def upgrade(url: str) -> None:
    """Run every migration that the database lacks."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "alembic"))
    config.attributes["url"] = url
    command.upgrade(config, "head")
