"""The commands of the server, behind `./camaug`. Each imports what it needs, when it runs."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from camaug.settings import SettingsError

Command = Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; a known failure is one line on stderr and code 1."""
    args = _parser().parse_args(argv)
    command: Command = args.run
    try:
        return command(args)
    except SettingsError as error:
        sys.stderr.write(f"camaug: {error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="camaug", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text)
        one.set_defaults(run=run)
        return one

    dev = add("dev", _dev, "run the whole system here, with engines and demo people")
    dev.add_argument("--port", type=int, default=8000)
    dev.add_argument("--simulators-port", type=int, default=8010)
    test = add("test", _test, "run all tests; further arguments go to pytest")
    test.add_argument("pytest", nargs=argparse.REMAINDER)
    engines = add("engines", _engines, "start the engines only and run a command with their settings")
    engines.add_argument("argv", nargs=argparse.REMAINDER)
    add("check", _check, "lint, types, layers, contracts, languages")
    show = add("show", _show, "what an issue must show, measured: ./camaug show A1")
    show.add_argument("issue")
    show.add_argument("--json", type=Path)
    show.add_argument("--only", help="numbers of items, such as 3,4")
    keyring = add("keyring", _keyring, "make the keyring unless there is one")
    keyring.add_argument("--ensure", type=Path, required=True)
    add("migrate", _migrate, "bring the database to the newest schema and take plugins in")
    seed = add("seed", _seed, "load the catalogue; with --demo named people to sign in as")
    seed.add_argument("--demo", action="store_true")
    serve = add("serve", _serve, "run the API processes")
    serve.add_argument("--listen", help="host:port")
    add("worker", _worker, "run the job worker")
    plugins = add("plugins", _plugins, "list, check, enable or disable plugins")
    plugins.add_argument("action", choices=["list", "check", "enable", "disable"])
    plugins.add_argument("plugin_id", nargs="?")
    plugins.add_argument("--json", action="store_true")
    plugins.add_argument("--strict", action="store_true")
    plugins.add_argument("--why", default="")
    add("openapi", _openapi, "write the published contracts into openapi/")
    vectors = add("vectors", _vectors, "put a file of cases to the product: KIND FILE")
    vectors.add_argument("kind")
    vectors.add_argument("file", type=Path)
    vectors.add_argument("--json", type=Path)
    return parser


def _dev(args: argparse.Namespace) -> int:
    from camaug import dev

    return dev.run(args)


def _test(args: argparse.Namespace) -> int:
    from camaug import dev

    return dev.run_tests(args.pytest)


def _engines(args: argparse.Namespace) -> int:
    from camaug import dev

    return dev.run_engines(args.argv)


def _check(_: argparse.Namespace) -> int:
    from camaug import check

    return check.run()


def _show(args: argparse.Namespace) -> int:
    from camaug import show

    return show.run(args.issue, args.only, args.json)


def _keyring(args: argparse.Namespace) -> int:
    from camaug.kernel import keyring

    keyring.ensure(args.ensure)
    return 0


def _migrate(_: argparse.Namespace) -> int:
    from camaug import migrate

    asyncio.run(migrate.run())
    return 0


def _seed(args: argparse.Namespace) -> int:
    from camaug import seed

    return asyncio.run(seed.run(demo=args.demo))


def _serve(args: argparse.Namespace) -> int:
    from camaug import main as server

    server.serve(args.listen)
    return 0


def _worker(_: argparse.Namespace) -> int:
    from camaug import settings, worker

    return worker.run(settings.load())


def _plugins(args: argparse.Namespace) -> int:
    from camaug.plugins import commands

    return asyncio.run(commands.run(args))


def _openapi(_: argparse.Namespace) -> int:
    from camaug import contracts

    contracts.write()
    return 0


def _vectors(args: argparse.Namespace) -> int:
    from camaug import vectors

    return vectors.run(args.kind, args.file, args.json)


if __name__ == "__main__":
    sys.exit(main())
