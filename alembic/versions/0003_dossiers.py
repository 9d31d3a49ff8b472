"""See alembic/sql/0003_dossiers.sql."""

from alembic import context

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    context.config.attributes["run_file"]("0003_dossiers.sql")
