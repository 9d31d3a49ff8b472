"""Forged and odd access tokens (every one must be refused), and what a good one says."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.utils import raw_to_der_signature

from camaug.identity import access_token, keys
from camaug.identity.keys import ES256, SigningKey
from camaug.kernel import db
from camaug.kernel.clock import HeldClock
from camaug.kernel.web import Engines
from camaug_sdk.problems import Unauthenticated

from .conftest import Shell

PROFILE = "/api/v1/screens/profile"


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Bench:
    """A good token, taken apart, and the key that made it."""

    def __init__(self, good: str, key: SigningKey) -> None:
        self.good, self.key = good, key
        head, body, self.signature = good.split(".")
        self.head: dict[str, Any] = json.loads(unb64(head))
        self.body: dict[str, Any] = json.loads(unb64(body))

    def signed(self, head: Any = None, body: Any = None, key: Any = None) -> str:
        """A token with a right signature of our own key, unless another is given."""
        parts = [
            one if isinstance(one, bytes) else json.dumps(one, separators=(",", ":")).encode()
            for one in (head or self.head, body or self.body)
        ]
        text = ".".join(map(b64, parts))
        return f"{text}.{b64(ES256.sign(text.encode(), key or self.key.private))}"

    def claim(self, **changed: Any) -> str:
        """A rightly signed token with other claims; `...` takes one out."""
        body = {name: value for name, value in (self.body | changed).items() if value is not ...}
        return self.signed(body=body)

    def header(self, **changed: Any) -> str:
        """A rightly signed token with another header; `...` takes a member out."""
        head = {name: value for name, value in (self.head | changed).items() if value is not ...}
        return self.signed(head=head)

    def unsigned(self, alg: str) -> str:
        """The good claims under an algorithm, without signature."""
        head = json.dumps(self.head | {"alg": alg}).encode()
        return f"{b64(head)}.{self.good.split('.')[1]}."

    def hmac(self, secret: bytes) -> str:
        """The good claims signed by HMAC."""
        head = json.dumps(self.head | {"alg": "HS256"}).encode()
        text = f"{b64(head)}.{self.good.split('.')[1]}"
        return f"{text}.{b64(hmac.digest(secret, text.encode(), hashlib.sha256))}"

    def rsa(self) -> str:
        """The good claims signed by RSA."""
        key = rsa.generate_private_key(65537, 2048)
        head = json.dumps(self.head | {"alg": "RS256"}).encode()
        text = f"{b64(head)}.{self.good.split('.')[1]}"
        return f"{text}.{b64(RSAAlgorithm(RSAAlgorithm.SHA256).sign(text.encode(), key))}"

    def es384(self) -> str:
        """The good claims signed by ES384."""
        key = generate_private_key(SECP384R1())
        head = json.dumps(self.head | {"alg": "ES384"}).encode()
        text = f"{b64(head)}.{self.good.split('.')[1]}"
        signer = ECAlgorithm(ECAlgorithm.SHA384, SECP384R1)
        return f"{text}.{b64(signer.sign(text.encode(), key))}"

    def resigned(self, signature: bytes) -> str:
        """The good token with another signature."""
        return f"{self.good.rpartition('.')[0]}.{b64(signature)}"

    def text_claims(self, old: object, new: str) -> str:
        """A rightly signed token in whose claims a text is replaced."""
        body = json.dumps(self.body, separators=(",", ":")).replace(str(old), new)
        return self.signed(body=body.encode())

    def swapped(self) -> str:
        """The claims of somebody else under the good signature."""
        body = json.dumps(self.body | {"sub": OTHER}, separators=(",", ":")).encode()
        return f"{self.good.split('.')[0]}.{b64(body)}.{self.signature}"

    def in_other_letters(self) -> str:
        """A right token whose signature is spelled with the letters of plain base64."""
        found = next(one for one in iter(self.signed, None) if {*"-_"} & {*one.rpartition(".")[2]})
        text, _, signature = found.rpartition(".")
        return f"{text}.{signature.replace('-', '+').replace('_', '/')}"

    @property
    def public_pem(self) -> bytes:
        """Our public key as everybody can have it."""
        return self.key.public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


STRANGER = generate_private_key(SECP256R1())
JWK = ECAlgorithm.to_jwk(STRANGER.public_key(), as_dict=True)
OTHER = "00000000-0000-7000-8000-000000000000"

CORPUS: dict[str, Callable[[Bench], str]] = {
    "empty": lambda _: "",
    "one part": lambda b: b.good.split(".")[0],
    "two parts": lambda b: b.good.rpartition(".")[0],
    "four parts": lambda b: f"{b.good}.{b.signature}",
    "no signature": lambda b: b.good.rpartition(".")[0] + ".",
    "alg none": lambda b: b.unsigned("none"),
    "alg nOnE": lambda b: b.unsigned("nOnE"),
    "alg none, signature kept": lambda b: b.unsigned("none") + b.signature,
    "HS256 with the public key": lambda b: b.hmac(b.public_pem),
    "HS256 with nothing": lambda b: b.hmac(b""),
    "RS256": lambda b: b.rsa(),
    "ES384": lambda b: b.es384(),
    "alg missing": lambda b: b.header(alg=...),
    "foreign key under our kid": lambda b: b.signed(key=STRANGER),
    "foreign key under its own kid": lambda b: b.signed(b.head | {"kid": "mine"}, key=STRANGER),
    "kid as path": lambda b: b.header(kid="../../../../dev/null"),
    "kid as SQL": lambda b: b.header(kid="' or 1=1 --"),
    "kid missing": lambda b: b.header(kid=...),
    "kid a number": lambda b: b.header(kid=1),
    "jku": lambda b: b.header(jku="http://127.0.0.1:9/jwks.json"),
    "jwk": lambda b: b.signed(b.head | {"jwk": JWK}, key=STRANGER),
    "x5u": lambda b: b.header(x5u="http://127.0.0.1:9/cert"),
    "crit": lambda b: b.header(crit=["exp"]),
    "b64 false": lambda b: b.header(b64=False),
    "typ JWT": lambda b: b.header(typ="JWT"),
    "typ missing": lambda b: b.header(typ=...),
    "issued in the future": lambda b: b.claim(iat=b.body["iat"] + 60, exp=b.body["exp"] + 60),
    "lives too long": lambda b: b.claim(exp=b.body["exp"] + 1),
    "over before it began": lambda b: b.claim(iat=b.body["iat"] + 20, exp=b.body["iat"] + 10),
    "over as it begins": lambda b: b.claim(iat=b.body["iat"] + 10, exp=b.body["iat"] + 10),
    "expired": lambda b: b.claim(iat=b.body["iat"] - 601, exp=b.body["exp"] - 601),
    "exp missing": lambda b: b.claim(exp=...),
    "exp as text": lambda b: b.claim(exp=str(b.body["exp"])),
    "exp as float": lambda b: b.claim(exp=float(b.body["exp"])),
    "exp endless": lambda b: b.text_claims(b.body["exp"], "1e999"),
    "other issuer": lambda b: b.claim(iss="https://evil.example"),
    "issuer cut short": lambda b: b.claim(iss=b.body["iss"][:-1]),
    "issuer with a slash": lambda b: b.claim(iss=b.body["iss"] + "/"),
    "other audience": lambda b: b.claim(aud="camaug:admin"),
    "audience as list": lambda b: b.claim(aud=[b.body["aud"]]),
    "audience missing": lambda b: b.claim(aud=...),
    "subject no id": lambda b: b.claim(sub="admin"),
    "session missing": lambda b: b.claim(sid=...),
    "assurance 3": lambda b: b.claim(aal=3),
    "one claim more": lambda b: b.claim(role="administrator"),
    "a claim twice": lambda b: b.text_claims("}", f',"sub":"{OTHER}"}}'),
    "a space between": lambda b: b.text_claims(",", ", "),
    "claims in another order": lambda b: b.signed(body=dict(reversed(b.body.items()))),
    "claims no object": lambda b: b.signed(body=b"[]"),
    "claims no JSON": lambda b: b.signed(body=b"\xff\xfe"),
    "claims changed": lambda b: b.swapped(),
    "padded": lambda b: b.good + "==",
    "other spelling of the last letter": lambda b: b.good[:-1] + chr(ord(b.good[-1]) + 1),
    "letters of the other base64": lambda b: b.in_other_letters(),
    "line break": lambda b: b.good.replace(".", ".\n", 1),
    "signature of zeros": lambda b: b.resigned(bytes(64)),
    "signature short": lambda b: b.resigned(unb64(b.signature)[:-1]),
    "signature long": lambda b: b.resigned(unb64(b.signature) + b"\0"),
    "signature in DER": lambda b: b.resigned(
        raw_to_der_signature(unb64(b.signature), SECP256R1())
    ),
    "a megabyte": lambda b: b.good + "a" * 2**20,
}  # fmt: skip


@pytest.fixture
async def bench(shell: Shell, engines: Engines) -> Bench:
    good = (await shell.sign_in())["access_token"]
    async with db.transaction(engines.pool) as conn:
        known = await keys.read(conn, engines.vault, engines.clock.now())
    return Bench(good, known.keys[0])


@pytest.mark.parametrize("name", CORPUS)
async def test_a_forged_token_is_refused(shell: Shell, bench: Bench, name: str):
    answer = await shell.get(PROFILE, authorization=f"Bearer {CORPUS[name](bench)}")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_the_corpus_fails_for_its_forgery_alone(shell: Shell, bench: Bench):
    assert (await shell.get(PROFILE, authorization=f"bearer {bench.signed()}")).status_code == 200


async def test_the_clock_of_another_process_may_be_half_a_minute_ahead(shell: Shell, bench: Bench):
    for ahead, status in ((30, 200), (31, 401)):
        token = bench.claim(iat=bench.body["iat"] + ahead, exp=bench.body["exp"] + ahead)
        assert (await shell.get(PROFILE, authorization=f"Bearer {token}")).status_code == status


async def test_a_right_token_is_refused_for_its_length_alone(bench: Bench, engines: Engines):
    async with db.transaction(engines.pool) as conn:
        known = await keys.read(conn, engines.vault, engines.clock.now())
    spare = 3 * (access_token.LONGEST - len(bench.claim(iss=""))) // 4
    taken = set[int]()
    for length in range(spare - 4, spare + 5):
        token = bench.claim(iss="x" * length)
        try:
            access_token.decode(token, known, "x" * length, engines.clock.now().timestamp())
        except Unauthenticated:
            assert len(token) > access_token.LONGEST
        else:
            taken.add(len(token))
    assert taken
    assert max(taken) in {access_token.LONGEST, access_token.LONGEST - 1}


async def test_a_bad_token_is_refused_where_none_is_needed(shell: Shell):
    answer = await shell.get("/api/v1/screens/sign-in", authorization="Bearer x.y.z")
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_invalid"


async def test_a_second_or_another_credential_is_refused(
    shell: Shell, bench: Bench, client: httpx.AsyncClient
):
    twice = [("authorization", f"Bearer {bench.good}"), ("authorization", "Bearer x")]
    assert (await client.get(PROFILE, headers=twice)).status_code == 401
    for scheme in ("Basic", "DPoP"):
        answer = await shell.get(PROFILE, authorization=f"{scheme} {bench.signed()}")
        assert answer.status_code == 401


async def test_the_language_is_found_wherever_it_stands_among_the_headers(
    client: httpx.AsyncClient,
):
    for others in (["accept", "a-first"], ["user-agent", "x-last"]):
        headers = [("accept-language", "en"), *((name, "vi") for name in others)]
        answer = await client.get(PROFILE, headers=[*headers, ("authorization", "Bearer x")])
        assert answer.headers["content-language"] == "en"


async def test_a_token_lives_ten_minutes(shell: Shell, bench: Bench, clock: HeldClock):
    clock.move(timedelta(seconds=599))
    assert (await shell.get(PROFILE, authorization=f"Bearer {bench.good}")).status_code == 200
    clock.move(timedelta(seconds=1))
    answer = await shell.get(PROFILE, authorization=f"Bearer {bench.good}", accept_language="en")
    assert answer.status_code == 401
    assert answer.json()["code"] == "token_expired"


async def test_the_published_keys_verify_a_token_and_hold_nothing_private(
    shell: Shell, bench: Bench
):
    answer = await shell.get("/.well-known/jwks.json")
    (jwk,) = answer.json()["keys"]
    assert jwk.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    assert bench.head == {"alg": "ES256", "typ": "at+jwt", "kid": jwk["kid"]}
    text, _, signature = bench.good.rpartition(".")
    key = ECAlgorithm.from_jwk(jwk)
    assert ES256.verify(text.encode(), key, unb64(signature))


async def test_a_key_is_followed_by_another_before_it_retires(engines: Engines, clock: HeldClock):
    async def present() -> keys.KeySet:
        async with db.transaction(engines.pool) as conn:
            await keys.ensure(conn, engines.vault, clock.now())
            return await keys.read(conn, engines.vault, clock.now())

    await engines.pool.execute("delete from signing_key")
    first = (await present()).signing(clock.now())
    clock.move(timedelta(days=90))
    both = await present()
    assert len(both.keys) == 2
    assert both.signing(clock.now()).kid == first.kid
    clock.move(timedelta(hours=1))
    assert (await present()).signing(clock.now()).kid != first.kid
    assert (await present()).verifying(first.kid) is not None
    clock.move(timedelta(hours=1))
    assert (await present()).verifying(first.kid) is None


@pytest.mark.usefixtures("served")
async def test_two_processes_make_one_key(engines: Engines):
    async with db.transaction(engines.pool) as conn:
        await keys.ensure(conn, engines.vault, engines.clock.now())
    assert await engines.pool.fetchval("select count(*) from signing_key") == 1
