"""The embedded S3 store: SeaweedFS, all its parts in one process, on ports of this instance."""

import hashlib
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from camaug.place import Place
from camaug.steps import StepFailed
from camaug.supervise import Child

BUCKET = "camaug"
_PARTS = ("master", "volume", "filer", "s3")
_FIRST_PORT, _BLOCKS = 20_000, 1_500  # below the ports that Linux gives to outgoing connections
_TEMP = Path("/tmp")  # noqa: S108  (fixed in SeaweedFS; see `_sockets_outside`)


class ObjectStore:
    """Describes the store's process and knows when it is of use.

    It is ended by SIGKILL, since it takes 8 s and more on SIGTERM. What it has acknowledged
    survives that (`tests/faults/launcher/test_durability.py`): it hands every write to the kernel
    before it answers.
    """

    def __init__(self, place: Place, sockets: Path, key: str, secret: str, internal: str) -> None:
        self._folder = place.data / "objects"
        self._sockets = sockets
        self._identities = place.base / "s3.json"
        self._key, self._secret, self._internal = key, secret, internal
        self._ports = _free_ports(str(place.base))
        self._client: Any = None
        self.origin = f"http://127.0.0.1:{self._ports['s3']}"

    def url(self) -> str:
        """With key, secret and bucket, as the settings want it."""
        return self.origin.replace("//", f"//{self._key}:{self._secret}@") + f"/{BUCKET}"

    def child(self) -> Child:
        """The process to start."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in _sockets_outside(self._ports):
            path.unlink(missing_ok=True)
        return Child(
            name="objects",
            argv=[str(Path(sys.executable).with_name("weed")), *self._arguments()],
            env=self._environment(),
            cwd=self._folder,
            stop=signal.SIGKILL,
        )

    def ready(self) -> bool:
        """True once the bucket exists, keeps versions, and a signed write was taken.

        An open port says little: parts of the store still look for each other then.
        """
        self._client = self._client or self._connect()
        try:
            self._make_bucket()
            probe = self._client.put_object(Bucket=BUCKET, Key=".ready", Body=b"")
            self._client.delete_object(Bucket=BUCKET, Key=".ready", VersionId=probe["VersionId"])
        except (BotoCoreError, ClientError):
            return False
        return True

    def _make_bucket(self) -> None:
        try:
            self._client.head_bucket(Bucket=BUCKET)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
                raise
            self._client.create_bucket(Bucket=BUCKET)
        versions = {"Status": "Enabled"}
        if self._client.get_bucket_versioning(Bucket=BUCKET).get("Status") != "Enabled":
            self._client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=versions)

    def _connect(self) -> Any:
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=1,
            read_timeout=5,
            retries={"total_max_attempts": 1},
            proxies={},
        )
        session: Any = botocore.session.Session()  # untyped library
        return session.create_client(
            "s3",
            endpoint_url=self.origin,
            region_name="us-east-1",
            aws_access_key_id=self._key,
            aws_secret_access_key=self._secret,
            config=config,
        )

    def _arguments(self) -> list[str]:
        ports = [
            text
            for part, port in self._ports.items()
            for text in (f"-{part}.port={port}", f"-{part}.port.grpc={port + len(_PARTS)}")
        ]
        return [
            "-logtostderr=true",  # else it also writes a file for each start into /tmp
            "server",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-dir={self._folder}",
            *ports,
            "-filer",
            f"-filer.localSocket={self._sockets / 'filer.sock'}",
            "-filer.exposeDirectoryData=false",
            "-s3",
            f"-s3.localSocket={self._sockets / 's3.sock'}",
            f"-s3.config={self._write_identities()}",
            "-s3.iam=false",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-master.peers=none",  # alone: no election, a second less
            "-master.telemetry=false",
            "-master.volumeSizeLimitMB=1024",
            "-volume.max=0",
            "-volume.minFreeSpace=256MiB",
        ]

    def _environment(self) -> dict[str, str]:
        """Keys by which its inner ports refuse whoever does not come through S3."""
        names = ("JWT_SIGNING_KEY", "JWT_FILER_SIGNING_KEY", "JWT_FILER_SIGNING_READ_KEY")
        keys = {f"WEED_{name}": self._internal for name in names}
        return {
            "PATH": os.defpath,
            "HOME": str(self._folder),
            "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1",
            **keys,
        }

    def _write_identities(self) -> Path:
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        credentials = [{"accessKey": self._key, "secretKey": self._secret}]
        identity = {"name": "camaug", "credentials": credentials, "actions": actions}
        path = self._identities
        path.touch(mode=0o600)
        path.write_text(json.dumps({"identities": [identity]}))
        return path


def _free_ports(key: str) -> dict[str, int]:
    """Ports for the four parts, mostly the same ones at each start of one instance.

    Four for HTTP and the next four for gRPC, tried from a place that the folder's name decides.
    """
    begin = int(hashlib.sha256(key.encode()).hexdigest(), 16) % _BLOCKS
    for turn in range(_BLOCKS):
        first = _FIRST_PORT + (begin + turn) % _BLOCKS * 2 * len(_PARTS)
        if all(_is_free(port) for port in range(first, first + 2 * len(_PARTS))):
            ports = {part: first + index for index, part in enumerate(_PARTS)}
            if all(os.access(path, os.W_OK) for path in _sockets_outside(ports)):
                return ports
    raise StepFailed(f"no free ports on 127.0.0.1 from {_FIRST_PORT} on")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _sockets_outside(ports: dict[str, int]) -> list[Path]:
    """Sockets which SeaweedFS makes in /tmp, whatever it is told, and leaves there when killed."""
    paths = [
        _TEMP / f"seaweedfs-{part}-grpc-{port + len(_PARTS)}.sock" for part, port in ports.items()
    ]
    return [path for path in paths if path.exists()]
