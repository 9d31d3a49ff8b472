"""See alembic/sql/0008_announcements.sql."""

from alembic import context

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    context.config.attributes["run_file"]("0008_announcements.sql")
