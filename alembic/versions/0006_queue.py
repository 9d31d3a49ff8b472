"""The tables of the job queue, in a schema of their own, as the pinned pgqueuer lays them."""

from alembic import context
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment
from pgqueuer.domain.settings import DBSettings

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    ddl = QueryBuilderEnvironment(DBSettings()).build_install_query(create_schema=False)
    run_script = context.config.attributes["run_script"]
    run_script("create schema queue; set local search_path = queue;" + ddl)
    run_script("set local search_path = public")
