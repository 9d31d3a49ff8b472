"""What our signer signs is what the store's own client would have signed."""

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
import msgspec
import pytest
from botocore.config import Config

from camaug.kernel.presigning import REGION, Signer

ENDPOINT, BUCKET, KEY = "http://127.0.0.1:9000", "kho", "checked/0192 ở đây+1.pdf"
PARAMS = {
    "response-content-disposition": "attachment; filename*=UTF-8''Gi%E1%BA%A5y.pdf",
    "response-content-type": "application/pdf",
    "versionId": "3/L4k+q",
}


@pytest.fixture
def signer() -> Signer:
    return Signer(ENDPOINT, BUCKET, "id", "a secret")


@pytest.fixture
def client() -> Any:
    """Boto's client, which is another piece of code than its signers."""
    return botocore.session.Session().create_client(
        "s3",
        region_name=REGION,
        endpoint_url=ENDPOINT,
        aws_access_key_id="id",
        aws_secret_access_key="a secret",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


@pytest.fixture(autouse=True)
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sign in the same second."""
    from botocore import auth  # noqa: PLC0415

    now = auth.get_current_datetime()
    monkeypatch.setattr(auth, "get_current_datetime", lambda *_, **__: now)


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
    made = parts(signer.address("GET", KEY, PARAMS, seconds=60))
    assert made[1].pop("X-Amz-Signature")
    path, query = parts(wanted)
    query.pop("X-Amz-Signature")  # over the parameters in their order, which is ours to choose
    assert made == (path, query)


def test_a_form_is_the_one_that_the_client_makes(signer: Signer, client: Any) -> None:
    conditions = [{"Content-Type": "image/png"}, ["content-length-range", 9, 9]]
    wanted = client.generate_presigned_post(
        BUCKET, KEY, {"Content-Type": "image/png"}, list(conditions), ExpiresIn=900
    )
    url, fields = signer.form(KEY, {"Content-Type": "image/png"}, conditions, seconds=900)
    assert url == wanted["url"]
    assert set(fields) == set(wanted["fields"])
    policies = [
        msgspec.json.decode(base64.b64decode(one["policy"])) for one in (fields, wanted["fields"])
    ]
    assert policies[0]["conditions"] == policies[1]["conditions"]
