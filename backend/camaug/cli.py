"""The commands of the server, behind `./camaug`. Each imports what it needs, when it runs."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from camaug.settings import SettingsError, Wrong

PASSES_ON = ("test", "engines", "bench", "fuzz", "mutate", "migrations", "sbom")
"""Commands whose further arguments belong to the program that they run."""
MAYBE = {"nargs": "?"}
DATED = {f"--{name}": {"default": ""} for name in ("procedure", "first", "last", "source")}
"""Of rules with dates."""
Command = Callable[[argparse.Namespace], int]
PLUGINS = ("list", "check", "new", "export", "enable", "disable", "uninstall")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; a known failure is one line on stderr and code 1."""
    given = list(sys.argv[1:] if argv is None else argv)
    passed_on = given[1:] if given[:1] and given[0] in PASSES_ON else []
    args = _parser().parse_args(given[: len(given) - len(passed_on)])
    args.passed_on, args.name = passed_on, given[0]
    command: Command = args.run
    try:
        return command(args)
    except SettingsError as error:
        sys.stderr.write(f"camaug: {error}\n")
        return 1
    except Wrong as wrong:
        sys.stderr.write(f"camaug: {wrong.line}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="camaug", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (run, text, arguments) in COMMANDS.items():
        one = commands.add_parser(name, help=text)
        one.set_defaults(run=run)
        for flag, options in arguments.items():
            one.add_argument(*flag.split(), **options)
    return parser


def _dev(args: argparse.Namespace) -> int:
    from camaug import dev

    return dev.run(args)


def _test(args: argparse.Namespace) -> int:
    from camaug import dev

    return dev.run_tests(args.passed_on)


def _engines(args: argparse.Namespace) -> int:
    from camaug import dev

    return dev.run_engines(args.passed_on)


def _bench(args: argparse.Namespace) -> int:
    from camaug import dev

    return dev.run_bench(args.passed_on)


def _tool(args: argparse.Namespace) -> int:
    """A program of `tests/tools`, named by what was typed, beside engines of its own."""
    from camaug import dev

    return dev.run_tool(f"tests.tools.{args.name}", args.passed_on)


def _check(_: argparse.Namespace) -> int:
    from camaug import check

    return check.run()


def _show(args: argparse.Namespace) -> int:
    from camaug import show

    return show.run(args.issue, args.only, args.json)


def _keyring(args: argparse.Namespace) -> int:
    from camaug import keys

    return keys.run(args)


def _migrate(_: argparse.Namespace) -> int:
    from camaug import migrate

    asyncio.run(migrate.run())
    return 0


def _seed(args: argparse.Namespace) -> int:
    from camaug import seed

    return asyncio.run(seed.run(demo=args.demo))


def _serve(args: argparse.Namespace) -> int:
    from camaug import metrics, settings

    with metrics.served(settings.load().metrics_listen):
        from camaug import main as server

        return server.serve(args.listen)


def _worker(_: argparse.Namespace) -> int:
    from camaug import preflight, settings, worker

    return worker.run(config) if preflight.passes(config := settings.load()) else 1


def _plugins(args: argparse.Namespace) -> int:
    from camaug.development import environment
    from camaug.plugins import commands

    return asyncio.run(commands.run(args, environment()))


def _awaited(name: str) -> Command:
    """The command of a module of this package with an asynchronous `run`."""

    def command(args: argparse.Namespace) -> int:
        return int(asyncio.run(import_module(f"camaug.{name}").run(args)))

    return command


def _doctor(_: argparse.Namespace) -> int:
    from camaug import doctor

    return doctor.run()


def _architecture(_: argparse.Namespace) -> int:
    from camaug import architecture

    architecture.write()
    return 0


def _openapi(args: argparse.Namespace) -> int:
    from camaug import contracts

    contracts.write(made := contracts.made())
    refused = contracts.release(made) if args.release else []
    sys.stdout.writelines(f"{line}\n" for line in refused)
    return 1 if refused else 0


def _vectors(args: argparse.Namespace) -> int:
    from camaug import vectors

    return vectors.run(args.kind, args.file, args.json)


COMMANDS: dict[str, tuple[Command, str, dict[str, dict[str, Any]]]] = {
    "dev": (
        _dev,
        "run the whole system here, with engines and demo people",
        {
            "--port": {"type": int, "default": 8000},
            "--simulators-port": {"type": int, "default": 8010},
        },
    ),
    "test": (_test, "run all tests; further arguments go to pytest", {}),
    "engines": (_engines, "start the engines only and run a command with their settings", {}),
    "bench": (
        _bench,
        "measure what BUDGETS names, beside a floor: ./camaug bench shell track --json FILE",
        {},
    ),
    "fuzz": (_tool, "schemathesis over the whole API: ./camaug fuzz --examples 50", {}),
    "mutate": (
        _tool,
        "break tokens, codes, permission filter and idempotency in small ways; tests must see it",
        {},
    ),
    "migrations": (_tool, "squawk over the migrations: what would lock a table in use", {}),
    "sbom": (_tool, "what ships, as CycloneDX, and its licences: ./camaug sbom FOLDER", {}),
    "check": (_check, "lint, types, layers, contracts, languages", {}),
    "show": (
        _show,
        "what an issue must show, measured: ./camaug show A1",
        {"issue": {}, "--only": {"help": "numbers, such as 3,4"}, "--json": {"type": Path}},
    ),
    "keyring": (
        _keyring,
        "make the keyring, add a master key to it, or use the newest for every data key",
        {
            **{name: {"type": Path} for name in ("--ensure", "--rotate")},
            "--rewrap": {"action": "store_true"},
        },
    ),
    "migrate": (_migrate, "bring the database to the newest schema and take plugins in", {}),
    "seed": (
        _seed,
        "load the catalogue; with --demo named people to sign in as",
        {"--demo": {"action": "store_true"}},
    ),
    "serve": (_serve, "run the API processes", {"--listen": {"help": "host:port"}}),
    "worker": (_worker, "run the job worker", {}),
    "plugins": (
        _plugins,
        "list, check, enable, disable, export or uninstall plugins, or write a new one",
        {
            "action": {"choices": PLUGINS},
            "plugin_id": {"nargs": "?"},
            **{name: {"default": ""} for name in ("--title-vi", "--title-en", "--why")},
            **{name: {"action": "store_true"} for name in ("--json", "--strict", "--with-table")},
            "--to": {"type": Path},
        },
    ),
    "staff": (
        _awaited("staff"),
        "invite the first administrator; in development, the code of somebody's app",
        {
            "action": {"choices": ["invite", "code"]},
            "words": {
                "nargs": "+",
                "metavar": "NAME LOGIN | LOGIN",
                "help": "invite NAME LOGIN, or code LOGIN",
            },
            "--force": {
                "action": "store_true",
                "help": "though there is an administrator; a known login: new password, new factor",
            },
        },
    ),
    "audit": (
        _awaited("auditing"),
        "check the audit against its seal, or prove that a row is in it",
        {"action": {"choices": ["verify", "proof"]}, "audit_id": {"nargs": "?"}},
    ),
    "recount": (
        _awaited("recount"),
        "count every dossier anew and say which counters differ; --fix puts them right",
        {"--fix": {"action": "store_true"}},
    ),
    "dead-letters": (
        _awaited("dead_letters"),
        "list jobs that failed for good, or run some of them again",
        {
            "--replay": {"nargs": "+", "type": int, "metavar": "ID", "default": []},
            "--replay-all": {"action": "store_true"},
        },
    ),
    "holidays": (
        _awaited("holidays"),
        "add a decree of days off and worked days, and move the promised dates that it touches",
        {
            "action": {"choices": ["add", "list"]},
            "file": {"nargs": "?", "type": Path},
            "--source": {"default": "", "help": "number and date of the decree"},
        },
    ),
    "approvals": (
        _awaited("approvals"),
        "say which acts of an agency need its leader's approval, from a day on",
        {"action": {"choices": ["set", "list"]}, "agency": MAYBE, "acts": MAYBE, **DATED},
    ),
    "retention": (
        _awaited("retention"),
        "say how long ended dossiers are kept; without a rule nothing is erased",
        {"action": {"choices": ["set", "end", "list"]}, "what": MAYBE, "period": MAYBE, **DATED},
    ),
    "doctor": (_doctor, "say what is wrong with this installation and how to mend it", {}),
    "architecture": (_architecture, "draw docs/pictures/architecture.svg from the imports", {}),
    "openapi": (
        _openapi,
        "write the contracts into openapi/; with --release also as the released ones",
        {"--release": {"action": "store_true"}},
    ),
    "vectors": (
        _vectors,
        "put a file of cases to the product",
        {"kind": {}, "file": {"type": Path}, "--json": {"type": Path}},
    ),
}
"""Each command: what it runs, one line of help, its arguments."""


if __name__ == "__main__":
    sys.exit(main())
