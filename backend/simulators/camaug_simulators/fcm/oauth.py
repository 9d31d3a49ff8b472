"""Google's token endpoint for service accounts (RFC 7523) and the check of its access tokens."""

import time
from collections.abc import Mapping

import jwt
import msgspec
from aiohttp import web
from msgspec import Struct

from camaug_simulators.fcm import errors
from camaug_simulators.fcm.service_account import ServiceAccount

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPES = frozenset(
    {
        "https://www.googleapis.com/auth/firebase.messaging",
        "https://www.googleapis.com/auth/cloud-platform",
    }
)
# Google documents this audience whatever the address, and its own client sends it; others take
# the key file's token_uri, which is the same thing at Google.
AUDIENCE = "https://oauth2.googleapis.com/token"
_MAX_LIFETIME_S = 3600
_SKEW_S = 300
_PREFIX = "ya29.c."
_TIMES_WRONG = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)


class GrantRefused(Exception):
    """The grant is refused; ``error`` is a code of RFC 6749 section 5.2."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description

    def answer(self) -> web.Response:
        """Return the HTTP answer."""
        body = {"error": self.error, "error_description": self.description}
        return web.json_response(body, status=401 if self.error == "unauthorized_client" else 400)


class _Claims(Struct, frozen=True, kw_only=True):
    iss: str = ""
    sub: str = ""
    aud: str = ""
    scope: str = ""
    iat: int = 0
    exp: int = 0


def _verified(account: ServiceAccount, assertion: str) -> _Claims:
    refused = GrantRefused("invalid_grant", "Invalid JWT Signature.")
    try:
        header = jwt.get_unverified_header(assertion)
        if header.get("kid", account.key_id) != account.key_id:
            raise refused
        # Claims are checked below, to give each fault the answer that Google gives.
        claims = jwt.decode(
            assertion,
            account.public_key,
            algorithms=["RS256"],
            options={
                "verify_aud": False,
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
        return msgspec.convert(claims, _Claims)
    except (jwt.InvalidTokenError, msgspec.ValidationError) as error:
        raise refused from error


def check_assertion(account: ServiceAccount, assertion: str, now: float) -> str:
    """Return the scopes that an assertion asks for, if it deserves a token.

    Raises:
        GrantRefused: signature, issuer, audience, times or scope are wrong.
    """
    claims = _verified(account, assertion)
    if claims.iss != account.email:
        raise GrantRefused("invalid_grant", "Invalid grant: account not found")
    if claims.aud not in {AUDIENCE, account.token_uri}:
        raise GrantRefused("invalid_grant", "Invalid JWT: Failed audience check.")
    lifetime = claims.exp - claims.iat
    in_time = claims.iat <= now + _SKEW_S and claims.exp > now
    if not (0 < lifetime <= _MAX_LIFETIME_S and in_time):
        raise GrantRefused("invalid_grant", _TIMES_WRONG)
    if claims.sub not in {"", claims.iss}:
        text = "Client is unauthorized to retrieve access tokens using this method."
        raise GrantRefused("unauthorized_client", text)
    if not claims.scope.split():
        text = "Invalid OAuth scope or ID token audience provided."
        raise GrantRefused("invalid_scope", text)
    return claims.scope


def grant(
    account: ServiceAccount | None, form: Mapping[str, object], lifetime_s: int
) -> dict[str, object]:
    """Answer a token request with an access token of ``lifetime_s`` seconds.

    Raises:
        GrantRefused: the grant type or the assertion is wrong, or nobody has an account here.
    """
    if account is None:
        raise GrantRefused("invalid_grant", "Invalid grant: account not found")
    if form.get("grant_type") != GRANT_TYPE:
        text = f"Invalid grant_type: {form.get('grant_type', '')}"
        raise GrantRefused("unsupported_grant_type", text)
    now = time.time()
    scope = check_assertion(account, str(form.get("assertion", "")), now)
    sealed = jwt.encode(
        {"scope": scope, "exp": int(now) + lifetime_s}, account.token_key, algorithm="HS256"
    )
    return {
        "access_token": _PREFIX + sealed,
        "expires_in": lifetime_s,
        "token_type": "Bearer",
    }


def check_bearer(account: ServiceAccount | None, authorization: str) -> None:
    """Let a request pass whose bearer token is ours, fresh and wide enough.

    Raises:
        errors.ApiError: 401 or 403 otherwise.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise errors.unauthenticated("CREDENTIALS_MISSING")
    if account is None or not token.startswith(_PREFIX):
        raise errors.unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED")
    try:
        claims = jwt.decode(token.removeprefix(_PREFIX), account.token_key, algorithms=["HS256"])
    except jwt.ExpiredSignatureError as error:
        raise errors.unauthenticated("ACCESS_TOKEN_EXPIRED") from error
    except jwt.InvalidTokenError as error:
        raise errors.unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED") from error
    if not SCOPES & set(str(claims["scope"]).split()):
        text = "Request had insufficient authentication scopes."
        raise errors.permission_denied(text, "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
