"""See alembic/sql/0032_stage.sql."""

from alembic import context

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    context.config.attributes["run_file"]("0032_stage.sql")
