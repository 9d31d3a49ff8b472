"""See alembic/sql/0026_mistakes.sql."""

from alembic import context

revision = "0026"
down_revision = "0023"


def upgrade() -> None:
    context.config.attributes["run_file"]("0026_mistakes.sql")
