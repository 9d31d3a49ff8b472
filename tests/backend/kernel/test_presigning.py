"""What our signer signs is what the store's own client would have signed."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
import msgspec
import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from camaug.kernel.presigning import REGION, Signer

BUCKET, KEY = "kho", "checked/0192 ở đây+1.pdf"
PARAMS = {
    "response-content-disposition": "attachment; filename*=UTF-8''Gi%E1%BA%A5y.pdf",
    "response-content-type": "application/pdf",
    "versionId": "3/L4k+q",
}


@pytest.fixture(
    params=["http://127.0.0.1:9000", "http://kho.invalid:80", "https://kho.invalid:443"]
)
def endpoint(request: pytest.FixtureRequest) -> str:
    """With a port of its own, or with one that no client sends as part of the host."""
    return str(request.param)


@pytest.fixture
def signer(endpoint: str) -> Signer:
    return Signer(endpoint, BUCKET, "id", "a secret")


@pytest.fixture
def client(endpoint: str) -> Any:
    """Boto's client."""
    return botocore.session.Session().create_client(
        "s3",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="id",
        aws_secret_access_key="a secret",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Both sign in the same second."""
    now = datetime.now(UTC)
    monkeypatch.setattr(auth, "get_current_datetime", lambda *_, **__: now)
    monkeypatch.setattr(Signer, "_now", staticmethod(lambda: now))
    return now


def parts(url: str) -> tuple[str, dict[str, list[str]]]:
    split = urlsplit(url)
    return split.path, parse_qs(split.query)


@pytest.mark.parametrize("method", ["get_object", "delete_object"])
def test_an_address_is_the_one_that_the_client_makes(
    signer: Signer, client: Any, method: str
) -> None:
    verb = method.split("_", maxsplit=1)[0].upper()
    wanted = client.generate_presigned_url(method, {"Bucket": BUCKET, "Key": KEY}, ExpiresIn=60)
    assert parts(signer.address(verb, KEY, {}, seconds=60)) == parts(wanted)


def test_what_the_answer_shall_say_is_signed_too(signer: Signer, client: Any) -> None:
    asked = {
        "Bucket": BUCKET,
        "Key": KEY,
        "ResponseContentDisposition": PARAMS["response-content-disposition"],
        "ResponseContentType": PARAMS["response-content-type"],
        "VersionId": PARAMS["versionId"],
    }
    wanted = client.generate_presigned_url("get_object", asked, ExpiresIn=60)
    assert parts(signer.address("GET", KEY, PARAMS, seconds=60)) == parts(wanted)


def test_a_form_is_the_one_that_the_client_makes(
    signer: Signer, client: Any, now: datetime
) -> None:
    conditions = [{"Content-Type": "image/png"}, ["content-length-range", 9, 9]]
    wanted = client.generate_presigned_post(
        BUCKET, KEY, {"Content-Type": "image/png"}, list(conditions), ExpiresIn=900
    )
    url, fields = signer.form(KEY, {"Content-Type": "image/png"}, conditions, seconds=900)
    assert url == wanted["url"]
    own, other = ("policy", "x-amz-signature"), wanted["fields"]
    assert {name: one for name, one in fields.items() if name not in own} == {
        name: one for name, one in other.items() if name not in own
    }
    policies = [msgspec.json.decode(base64.b64decode(one["policy"])) for one in (fields, other)]
    assert policies[0]["conditions"] == policies[1]["conditions"]
    ends = datetime.strptime(policies[0]["expiration"], "%Y-%m-%dT%H:%M:%S%z")
    assert ends == now.replace(microsecond=0) + timedelta(seconds=900)
    assert fields["x-amz-signature"] == _boto_signs(fields["policy"], now)


def _boto_signs(policy: str, now: datetime) -> str:
    """Boto writes its policy with other blanks, so it signs ours."""
    request: Any = AWSRequest("POST")
    request.context["timestamp"] = f"{now:%Y%m%dT%H%M%SZ}"
    signer: Any = auth.S3SigV4PostAuth(ReadOnlyCredentials("id", "a secret", None), "s3", REGION)
    return signer.signature(policy, request)
