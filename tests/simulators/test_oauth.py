"""The token endpoint takes one kind of grant, and looks at every claim."""

import json
import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from camaug_simulators.harness import Simulators

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
HOUR = 3600


def assertion(
    simulators: Simulators, key: object = None, headers: dict | None = None, **changes: object
) -> str:
    file = json.loads(simulators.credentials.read_text())
    now = int(time.time())
    claims = {
        "iss": file["client_email"],
        "aud": file["token_uri"],
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "iat": now,
        "exp": now + HOUR,
        **changes,
    }
    headers = {"kid": file["private_key_id"]} if headers is None else headers
    return jwt.encode(claims, key or file["private_key"], algorithm="RS256", headers=headers)


def exchange(simulators: Simulators, token: str, grant: str = GRANT) -> httpx.Response:
    form = {"grant_type": grant, "assertion": token}
    return simulators.client.post("/token", data=form)


def test_a_good_assertion_gets_an_hour(simulators: Simulators):
    answer = exchange(simulators, assertion(simulators))
    assert answer.status_code == 200
    token = answer.json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 3599)
    assert token["access_token"].startswith("ya29.")


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"iss": "other@x.iam.gserviceaccount.com"}, "invalid_grant", "account not found"),
        ({"aud": "https://example.org/token"}, "invalid_grant", "audience"),
        ({"exp": int(time.time()) + 2 * HOUR}, "invalid_grant", "short-lived token"),
        ({"iat": 1, "exp": 3601}, "invalid_grant", "short-lived token"),
        ({"iat": int(time.time()) + HOUR}, "invalid_grant", "short-lived token"),
        ({"scope": ""}, "invalid_scope", "scope"),
        ({"sub": "somebody@example.org"}, "unauthorized_client", "unauthorized"),
        ({"exp": "soon"}, "invalid_grant", "Signature"),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(
    simulators: Simulators, changes: dict[str, object], error: str, words: str
):
    answer = exchange(simulators, assertion(simulators, **changes))
    assert answer.status_code in {400, 401}
    assert answer.json()["error"] == error
    assert words in answer.json()["error_description"]


def test_a_signature_of_another_key_is_refused(simulators: Simulators):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    answer = exchange(simulators, assertion(simulators, other))
    assert answer.json() == {
        "error": "invalid_grant",
        "error_description": "Invalid JWT Signature.",
    }


def test_an_unsigned_or_unknown_key_assertion_is_refused(simulators: Simulators):
    unsigned = jwt.encode({"iss": "x"}, None, algorithm="none")
    unknown = assertion(simulators, headers={"kid": "0" * 40})
    for token in (unsigned, unknown, "", "a.b.c"):
        assert exchange(simulators, token).json()["error"] == "invalid_grant"


def test_another_grant_type_is_not_supported(simulators: Simulators):
    answer = exchange(simulators, assertion(simulators), "client_credentials")
    assert answer.json()["error"] == "unsupported_grant_type"


def test_the_key_file_is_its_owners_alone_and_kept(simulators: Simulators):
    assert simulators.credentials.stat().st_mode & 0o777 == 0o600
