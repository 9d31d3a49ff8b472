"""Loads the product's own data; with `demo`, named synthetic people to sign in as."""

import os
import sys

from camaug import app, settings
from camaug.agencies import seed as agencies
from camaug.identity import seed as identity
from camaug.kernel import db
from camaug.procedures import seed as procedures


async def run(*, demo: bool) -> int:
    """Communes, agencies, holidays, catalogue; running it again changes nothing."""
    config = settings.load()
    async with app.engines(config, process="seed") as engines:
        async with db.transaction(engines.pool) as conn:
            await agencies.seed(conn)
            await procedures.seed(conn)
        if demo and config.env == "production":
            sys.stderr.write("camaug: demo people are not for production\n")
            return 1
        if demo:
            async with db.transaction(engines.pool) as conn:
                people = await identity.seed_people(conn, engines)
            for person in people:
                sys.stdout.write(f"{person}{os.linesep}")
    return 0
