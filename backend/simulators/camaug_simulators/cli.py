"""The command line: write a service account's key file, or run the server."""

import argparse
import sys
from pathlib import Path

from aiohttp import web

from camaug_simulators.app import build
from camaug_simulators.devices import Devices
from camaug_simulators.fcm.service_account import (
    DEFAULT_PROJECT,
    NotAServiceAccount,
    ServiceAccount,
    ensure_key_file,
    load_account,
    read_key_file,
)
from camaug_simulators.sms.account import SmsAccount, template_pattern
from camaug_simulators.state import StateFile
from camaug_simulators.world import World

_GRACE_S = 1.0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="camaug-simulators",
        description="Simulated FCM and SMS gateway, for development and tests only.",
    )
    option = parser.add_argument
    option("--host", default="127.0.0.1")
    option("--port", type=int, default=8010)
    option(
        "--write-credentials",
        type=Path,
        metavar="FILE",
        help="make the service account for this host and port (an existing key is kept) and end",
    )
    option("--credentials", type=Path, metavar="FILE", help="serve FCM for this service account")
    option("--state", type=Path, metavar="FILE", help="keep registrations in this SQLite file")
    option("--sms-key", default="simulated-key")
    option("--sms-secret", default="simulated-secret")
    option("--sms-brandname", action="append", metavar="NAME", help="default: CAMAU-G")
    option(
        "--sms-templates",
        type=Path,
        metavar="FILE",
        help="registered texts, one a line, {P1,20} for up to 20 letters; without it any text goes",
    )
    return parser


def _account(path: Path | None) -> ServiceAccount | None:
    return None if path is None else load_account(read_key_file(path))


def _sms_account(args: argparse.Namespace) -> SmsAccount:
    path: Path | None = args.sms_templates
    lines = path.read_text("utf-8").splitlines() if path else []
    return SmsAccount(
        key=args.sms_key,
        secret=args.sms_secret,
        brandnames=frozenset(args.sms_brandname or ["CAMAU-G"]),
        templates=tuple(template_pattern(line.strip()) for line in lines if line.strip()),
    )


def _say(base_url: str, args: argparse.Namespace, account: ServiceAccount | None) -> None:
    fcm = "off, no --credentials" if account is None else f"project {account.project_id}"
    lines = [
        f"Simulators on {base_url}/",
        f"  FCM  {fcm}",
        f"  SMS  ApiKey {args.sms_key}  SecretKey {args.sms_secret}",
    ]
    if account is not None and account.token_uri != f"{base_url}/token":
        lines.append(
            f"  The credentials name {account.token_uri}: write them anew for this address"
        )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main(argv: list[str] | None = None) -> None:
    """Run ``python -m camaug_simulators``."""
    args = _parser().parse_args(argv)
    base_url = f"http://{args.host}:{args.port}"
    try:
        if args.write_credentials is not None:
            ensure_key_file(args.write_credentials, base_url)
            return
        account = _account(args.credentials)
        sms_account = _sms_account(args)
    except (NotAServiceAccount, OSError) as error:
        sys.exit(f"camaug-simulators: {error}")
    state = StateFile(args.state)
    project = account.project_id if account else DEFAULT_PROJECT
    world = World(
        account=account, sms_account=sms_account, state=state, devices=Devices(state, project)
    )
    _say(base_url, args, account)
    web.run_app(
        build(world),
        host=args.host,
        port=args.port,
        print=None,
        access_log=None,
        shutdown_timeout=_GRACE_S,
    )
