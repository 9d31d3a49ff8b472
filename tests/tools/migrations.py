"""squawk over the migrations: what would lock a table that people are using.

./camaug migrations
"""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from camaug import bootstrap
from camaug.settings import ROOT

EXCUSED = {
    "prefer-robust-stmts": "a migration is one transaction: it is there or not",
    "prefer-bigint-over-int": "a choice of ours, table by table",
    "prefer-bigint-over-smallint": "a choice of ours, table by table",
    "prefer-text-field": "a choice of ours, table by table",
    "require-lock-timeout": "alembic/env.py sets two seconds for every migration",
    "require-statement-timeout": "one that holds no lock may take as long as it needs",
}
BEFORE_RELEASE = "0013_audit_seal.sql"
"""Up to this one no table had rows of anybody, so that nothing could be locked."""


def main() -> int:
    tools = bootstrap.tools(ROOT)
    files = sorted((ROOT / "alembic" / "sql").glob("*.sql"))
    told = subprocess.run(  # noqa: S603  (our own tools)
        [tools / "squawk", "--reporter", "Json", "--assume-in-transaction", *files],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = [
        (Path(one["file"]).name, int(one["line"]), str(one["rule_name"]))
        for one in json.loads(told.stdout)
    ]
    wrong = [one for one in found if one[2] not in EXCUSED and one[0] > BEFORE_RELEASE]
    for name, line, rule in wrong:
        sys.stdout.write(f"{name}:{line} {rule}\n")
    early = Counter(
        rule for name, _, rule in found if rule not in EXCUSED and name <= BEFORE_RELEASE
    )
    before = ", ".join(f"{rule} {count}" for rule, count in sorted(early.items()))
    sys.stdout.write(
        f"migrations: {len(files)} files, findings {len(wrong)}"
        f" (before the first release, on empty tables: {before or 'none'})\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
