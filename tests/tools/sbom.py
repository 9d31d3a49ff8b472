"""What ships and under which licences, as CycloneDX.

    ./camaug sbom [FOLDER]

Writes `python.cdx.json` (what `deploy/requirements.txt` installs) and `web.cdx.json` (what the web
shells are built of). A licence of the GPL family is a failure; the LGPL is not.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from camaug import bootstrap, webbuild
from camaug.settings import ROOT

FOLDER = ROOT / ".camaug" / "sbom"
FORBIDDEN = re.compile(
    r"(?<!L)(?<!Lesser )\b(AGPL|GPL|GNU (Affero )?General Public)", re.IGNORECASE
)
LOOKED_UP = {
    "multidict": "Apache-2.0",
    "protobuf": "BSD-3-Clause",
    "rich-click": "MIT",
    "console": "Apache-2.0",
    "screens": "Apache-2.0",
    "shell": "Apache-2.0",
}
"""Of those whose metadata names none in a form that the tool reads; the last three are ours."""
Json = dict[str, Any]


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    for name, made in (("python", _python()), ("web", _web())):
        (folder / f"{name}.cdx.json").write_text(json.dumps(made, indent=1), encoding="utf-8")
        kinds: Counter[str] = Counter()
        for one in made["components"]:
            licence = _licence(one)
            kinds[licence] += 1
            if licence == "unknown" or FORBIDDEN.search(licence):
                wrong.append(f"{name}: {one['name']} {one.get('version', '')}: {licence}")
        told = ", ".join(f"{licence} {count}" for licence, count in kinds.most_common())
        sys.stdout.write(f"{name}: components {len(made['components'])}; {told}\n")
    for line in wrong:
        sys.stdout.write(f"look at {line}\n")
    sys.stdout.write(f"sbom: {folder}, forbidden or unknown licences {len(wrong)}\n")
    return 1 if wrong else 0


def _python() -> Json:
    """The environment here, without what only development needs."""
    tools = bootstrap.tools(ROOT)
    told = _run([tools / "cyclonedx-py", "environment", "--of", "JSON", sys.executable])
    shipped = {
        re.sub(r"[-_.]+", "-", line.split("==")[0]).lower()
        for line in (ROOT / "deploy" / "requirements.txt").read_text().splitlines()
        if "==" in line and not line.startswith((" ", "#"))
    }
    made: Json = json.loads(told)
    made["components"] = [
        one for one in made["components"] if re.sub(r"[-_.]+", "-", one["name"]).lower() in shipped
    ]
    names = {one["bom-ref"] for one in made["components"]}
    made["dependencies"] = [one for one in made.get("dependencies", ()) if one["ref"] in names]
    return made


def _web() -> Json:
    folder = ROOT / "miniapps"
    argv = [*webbuild.npm(), "sbom", "--sbom-format", "cyclonedx", "--omit", "dev"]
    made: Json = json.loads(_run(argv, cwd=folder, env=webbuild.environment(ROOT)))
    return made


def _run(argv: list[str | Path], **more: Any) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=True, **more).stdout  # noqa: S603


def _licence(component: Json) -> str:
    """Identifiers where there are any, else names."""
    given = [
        one.get("expression") or one["license"].get("id") or one["license"].get("name", "")
        for one in component.get("licenses", ())
    ]
    short = [one for one in given if "::" not in one]
    found = short or [one.rpartition("::")[2].strip() for one in given]
    return " AND ".join(sorted(set(found))) or LOOKED_UP.get(component["name"], "unknown")


if __name__ == "__main__":
    sys.exit(main())
