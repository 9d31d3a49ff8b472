"""The service account: a key pair in a file of Google's own form."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from msgspec import Struct

DEFAULT_PROJECT = "camaug-simulated"


class KeyFile(Struct, frozen=True, kw_only=True):
    """A service account's JSON file, as the Google Cloud console hands it out."""

    type: str
    project_id: str
    private_key_id: str
    private_key: str
    client_email: str
    client_id: str
    auth_uri: str
    token_uri: str
    auth_provider_x509_cert_url: str
    client_x509_cert_url: str
    universe_domain: str


class NotAServiceAccount(ValueError):
    """The file holds no usable service account key."""


@dataclass(frozen=True)
class ServiceAccount:
    """What the simulator needs to know of the account: nothing secret but ``token_key``."""

    project_id: str
    email: str
    key_id: str
    token_uri: str
    public_key: RSAPublicKey
    token_key: bytes


def new_key_file(base_url: str) -> KeyFile:
    """Make a key pair (RSA 2048, as Google issues) for the server at ``base_url``."""
    private_key = generate_private_key(public_exponent=65537, key_size=2048)
    pem = private_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    email = f"firebase-adminsdk@{DEFAULT_PROJECT}.iam.gserviceaccount.com"
    return KeyFile(
        type="service_account",
        project_id=DEFAULT_PROJECT,
        private_key_id=secrets.token_hex(20),
        private_key=pem.decode(),
        client_email=email,
        client_id=str(10**20 + secrets.randbelow(10**20)),
        auth_uri=f"{base_url}/auth",
        token_uri=f"{base_url}/token",
        auth_provider_x509_cert_url=f"{base_url}/oauth2/v1/certs",
        client_x509_cert_url=f"{base_url}/robot/v1/metadata/x509/{email}",
        universe_domain="googleapis.com",
    )


def read_key_file(path: Path) -> KeyFile:
    """Read a key file.

    Raises:
        NotAServiceAccount: it is not one.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except msgspec.MsgspecError as error:
        raise NotAServiceAccount(f"{path}: {error}") from error


def ensure_key_file(path: Path, base_url: str) -> KeyFile:
    """Make the file on first use; later only its addresses follow the server.

    The file is readable by its owner alone, from its first byte on.
    """
    if path.exists():
        key_file = read_key_file(path)
        if key_file.token_uri == f"{base_url}/token":
            return key_file
        moved = new_addresses(key_file, base_url)
    else:
        moved = new_key_file(base_url)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(moved)))
    temporary.replace(path)
    return moved


def new_addresses(key_file: KeyFile, base_url: str) -> KeyFile:
    """Return the same account at another server address."""
    return msgspec.structs.replace(
        key_file,
        auth_uri=f"{base_url}/auth",
        token_uri=f"{base_url}/token",
        auth_provider_x509_cert_url=f"{base_url}/oauth2/v1/certs",
        client_x509_cert_url=f"{base_url}/robot/v1/metadata/x509/{key_file.client_email}",
    )


def load_account(key_file: KeyFile) -> ServiceAccount:
    """Take the public key out of a key file.

    Raises:
        NotAServiceAccount: the key is no RSA key.
    """
    try:
        private_key = serialization.load_pem_private_key(key_file.private_key.encode(), None)
    except ValueError as error:
        raise NotAServiceAccount(str(error)) from error
    if not isinstance(private_key, RSAPrivateKey):
        raise NotAServiceAccount("not an RSA key")
    return ServiceAccount(
        project_id=key_file.project_id,
        email=key_file.client_email,
        key_id=key_file.private_key_id,
        token_uri=key_file.token_uri,
        public_key=private_key.public_key(),
        # Access tokens are sealed with this, so that they outlive a restart of the simulator.
        token_key=private_key.private_numbers().d.to_bytes(256)[:32],
    )
