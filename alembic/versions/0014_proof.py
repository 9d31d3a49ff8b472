"""See alembic/sql/0014_proof.sql."""

from alembic import context

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    context.config.attributes["run_file"]("0014_proof.sql")
