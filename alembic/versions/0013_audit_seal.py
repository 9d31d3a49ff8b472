"""See alembic/sql/0013_audit_seal.sql."""

from alembic import context

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    context.config.attributes["run_file"]("0013_audit_seal.sql")
