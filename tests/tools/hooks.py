"""What schemathesis does before each request: another caller, another address, a key for writes."""

import json
import os
import random
from pathlib import Path
from uuid import uuid4

import schemathesis

_GIVEN = json.loads(Path(os.environ["FUZZ_CALLERS"]).read_text(encoding="utf-8"))
CALLERS, KNOWN = _GIVEN["callers"], _GIVEN["known"]
"""Access tokens, and what is there by the name of the part of an address."""
ENDS = ("/session/end", "/session/devices")
"""Who calls these is signed out; only nobody does, so that the others reach the rest."""


@schemathesis.hook
def before_call(context, case, kwargs):
    headers = case.headers
    address = ".".join(str(random.randint(1, 250)) for _ in range(4))
    headers["X-Forwarded-For"] = address
    for name in case.path_parameters:
        if name in KNOWN and random.random() < 0.6:
            case.path_parameters[name] = random.choice(KNOWN[name])
    token = "" if case.path.startswith(tuple(f"/api/v1{one}" for one in ENDS)) else _caller(case)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if case.method not in ("GET", "HEAD") and random.random() < 0.95:
        headers["Idempotency-Key"] = str(uuid4())


def _caller(case) -> str:
    """Mostly somebody for whom the route is."""
    desk = "/desk" in case.path or "/console" in case.path or "/staff" in case.path
    usual = CALLERS["staff"] if desk else CALLERS["citizens"]
    everybody = [*CALLERS["staff"], *CALLERS["citizens"], ""]
    return random.choice(usual if random.random() < 0.8 else everybody)
