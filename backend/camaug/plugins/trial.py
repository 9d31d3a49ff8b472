"""Runs the probe of a plugin as a child process within limits, and reads its report."""

import asyncio
import os
import signal
import sys
import tempfile
from contextlib import suppress
from typing import IO

import msgspec

from camaug.plugins.schemas import Checked, Found

SECONDS = 20
AT_ONCE = 2
"""Probes at a time: each is a second of one core."""
LONGEST_REPORT = 64 * 1024


async def run(found: list[Found]) -> list[Checked]:
    """The report on each, in the order given."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(plugin: Found) -> Checked:
        async with room:
            return await _probe(plugin.plugin_id)

    return await asyncio.gather(*(one(plugin) for plugin in found))


async def _probe(plugin_id: str) -> Checked:
    """One child in a group of its own, without our environment; the group is ended afterwards."""
    reader, writer = os.pipe()
    with tempfile.TemporaryFile() as errors, os.fdopen(reader, "rb") as report:
        try:
            child = await _start(plugin_id, writer, errors)
        finally:
            os.close(writer)
        try:
            async with asyncio.timeout(SECONDS):
                await child.wait()
        except TimeoutError:
            detail = f"no answer within {SECONDS} s"
            return Checked(finding="probe_timeout", detail=detail)
        finally:
            await _end(child)
        os.set_blocking(report.fileno(), False)
        return _read(report.read(LONGEST_REPORT) or b"", child.returncode, errors)


async def _start(plugin_id: str, writer: int, errors: IO[bytes]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-B",
        "-m",
        "camaug.plugins.probe",
        plugin_id,
        env={
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "CAMAUG_PROBE_FD": str(writer),
            "LANG": "C.UTF-8",
        },
        cwd=tempfile.gettempdir(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=errors,
        pass_fds=(writer,),
        start_new_session=True,
    )


async def _end(child: asyncio.subprocess.Process) -> None:
    """Kill what is left of the child's group, and reap the child."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    await child.wait()


def _read(report: bytes, code: int | None, errors: IO[bytes]) -> Checked:
    """What the child reported; a child without a report died."""
    try:
        return msgspec.json.decode(report, type=Checked)
    except msgspec.MsgspecError:
        errors.seek(max(0, errors.seek(0, os.SEEK_END) - 2_000))
        lines = errors.read().decode(errors="replace").strip().splitlines()
        last = lines[-1] if lines else ""
        return Checked(finding="probe_died", detail=f"exit code {code} {last}".strip())
