"""A launcher of shell commands, for tests of the supervisor.

`toy_launcher.py LOGS NAME=COMMAND ...` prints `up` when all commands run. One called `stubborn` has
a second to end when it is told, any other as long as a busy machine may need.
"""

import sys
from pathlib import Path

from camaug.supervise import Child, ChildEnded, Interrupted, Supervisor, guarded


def main(logs: Path, commands: list[str]) -> int:
    supervisor = Supervisor(logs)
    at_once = False
    try:
        for command in commands:
            name, _, text = command.partition("=")
            grace_s = 1 if name == "stubborn" else 20
            supervisor.start(Child(name=name, argv=["sh", "-c", text], grace_s=grace_s))
        sys.stdout.write("up\n")
        sys.stdout.flush()
        supervisor.watch()
    except Interrupted as reason:
        at_once = reason.at_once
        return reason.exit_code
    except ChildEnded as end:
        sys.stdout.write(f"{end}\n")
        return 1
    finally:
        supervisor.stop(at_once=at_once)


if __name__ == "__main__":
    sys.exit(guarded(lambda: main(Path(sys.argv[1]), sys.argv[2:])))
