"""See alembic/sql/0029_mistakes.sql."""

from alembic import context

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    context.config.attributes["run_file"]("0029_mistakes.sql")
