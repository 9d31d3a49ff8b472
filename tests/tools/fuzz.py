"""Schemathesis over the whole API, on a served system: no answer may be a 5xx.

    ./camaug fuzz [--examples 50] [--seed 1]

Prints: operations, requests, answers by class, and each failure with the command that repeats it.
"""

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from uuid import uuid4

import asyncpg
from tests.journeys import population as people
from tests.journeys.native import Native
from tests.journeys.system import System

from camaug import bootstrap
from camaug.settings import ROOT

CITIZENS = [f"09900001{number:02d}" for number in range(12)]
STAFF = (people.OFFICER, people.AUTHOR, people.SECOND, people.ADMINISTRATOR, people.DEVELOPER)
DOCUMENT = ROOT / "openapi" / "host.openapi.json"


async def main() -> int:
    parser = argparse.ArgumentParser(prog="camaug fuzz")
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    tools = await asyncio.to_thread(bootstrap.tools, ROOT)
    env = dict(os.environ)
    name = f"fuzz_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(env["CAMAUG_TEST_ADMIN_URL"])
    await admin.execute(f"create database {name} template camaug_empty owner camaug_migrator")
    for setting in ("CAMAUG_DATABASE_URL", "CAMAUG_MIGRATOR_URL"):
        env[setting] = re.sub(r"/camaug\?", f"/{name}?", env[setting])
    env["CAMAUG_TRUSTED_PROXIES"] = "127.0.0.1/32"
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with System(env, Path(folder)).running() as system:
                return await _fuzz(system, tools, Path(folder), args)
    finally:
        await admin.execute(f"drop database {name} with (force)")
        await admin.close()


async def _fuzz(system: System, tools: Path, folder: Path, args: argparse.Namespace) -> int:
    callers = folder / "callers.json"
    callers.write_text(json.dumps(await _callers(system)), encoding="utf-8")
    report = folder / "report.ndjson"
    schemathesis = await asyncio.create_subprocess_exec(
        tools / "schemathesis", "run", DOCUMENT, "--url", system.url,
        "--phases", "examples,coverage,fuzzing", "--checks", "not_a_server_error",
        "--max-examples", str(args.examples), "--seed", str(args.seed), "--workers", "1",
        "--request-timeout", "20", "--continue-on-failure", "--no-color",
        "--report", "ndjson", "--report-ndjson-path", report,
        env=os.environ | {
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": "tests.tools.hooks",
            "FUZZ_CALLERS": str(callers),
        },
        cwd=ROOT,
    )  # fmt: skip
    code = await schemathesis.wait()
    seen = _answers(system)
    bad = sum(count for status, count in seen.items() if status >= 500)
    operations = sum(len(one) for one in json.loads(DOCUMENT.read_text())["paths"].values())
    classes = Counter({f"{status // 100}xx": 0 for status in seen})
    for status, count in seen.items():
        classes[f"{status // 100}xx"] += count
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(classes.items()))
    sys.stdout.write(
        f"fuzz: operations {operations}, requests {sum(seen.values())} ({told}), 5xx {bad}\n"
    )
    return 1 if code or bad else 0


async def _callers(system: System) -> dict[str, dict[str, list[str]]]:
    """Who asks, and what is there to be asked for."""
    made = await people.populate(system)
    known = {
        "dossier_id": list(made.dossiers.values()),
        "announcement_id": list(made.announcements.values()),
        "staff_id": [made.person],
        "code": [people.BIRTH],
        "step_id": [one.rpartition("/")[2] for one in made.steps],
        "link": [one.rpartition("/")[2] for one in made.links],
    }
    found: dict[str, list[str]] = {"citizens": [], "staff": []}
    for phone in (people.APPLICANT, people.LONG_NAMED, *CITIZENS):
        one = Native(system.url, system.simulators)
        await one.sign_in(phone)
        found["citizens"].append(one.http.headers["Authorization"].removeprefix("Bearer "))
        await one.close()
    for login in STAFF:
        one = Native(system.url, system.simulators)
        await one.sign_in_staff(system, login)
        found["staff"].append(one.http.headers["Authorization"].removeprefix("Bearer "))
        await one.close()
    return {"callers": found, "known": {name: ids for name, ids in known.items() if any(ids)}}


def _answers(system: System) -> Counter[int]:
    """Statuses of all requests, by the server's own access log."""
    log = Path(system.serve.log).read_text(encoding="utf-8", errors="replace")
    return Counter(int(one) for one in re.findall(r'"event":"request".*?"status":(\d+)', log))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
