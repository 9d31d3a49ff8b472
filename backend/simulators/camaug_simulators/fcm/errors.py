"""Error answers in Google's form (google.rpc.Status), with FCM's own error code in the details."""

from collections.abc import Sequence
from http import HTTPStatus

import msgspec
from aiohttp import web

from camaug_simulators.fcm.proto_json import Violation

_TYPE = "type.googleapis.com/"

# FCM error code -> HTTP status, canonical status and message.
_BY_CODE: dict[str, tuple[int, str, str]] = {
    "INVALID_ARGUMENT": (400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    "UNREGISTERED": (404, "NOT_FOUND", "Requested entity was not found."),
    "SENDER_ID_MISMATCH": (403, "PERMISSION_DENIED", "SenderId mismatch"),
    "QUOTA_EXCEEDED": (
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Send requests' and limit 'Send requests per minute'.",
    ),
    "UNAVAILABLE": (503, "UNAVAILABLE", "The service is currently unavailable."),
    "INTERNAL": (500, "INTERNAL", "Internal error encountered."),
}


class ApiError(Exception):
    """A request refused; ``details`` are Any messages with their ``@type``."""

    def __init__(
        self,
        code: int,
        status: str,
        message: str,
        details: Sequence[dict[str, object]] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.details = details
        self.headers = headers or {}

    def answer(self) -> web.Response:
        """Return the HTTP answer."""
        error: dict[str, object] = {
            "code": self.code,
            "message": self.message,
            "status": self.status,
        }
        if self.details:
            error["details"] = list(self.details)
        return web.Response(
            status=self.code,
            body=msgspec.json.encode({"error": error}),
            content_type="application/json",
            charset="UTF-8",
            headers=self.headers,
        )


def _fcm_detail(code: str) -> dict[str, object]:
    return {"@type": _TYPE + "google.firebase.fcm.v1.FcmError", "errorCode": code}


def _bad_request(violations: Sequence[Violation]) -> dict[str, object]:
    return {
        "@type": _TYPE + "google.rpc.BadRequest",
        "fieldViolations": [
            {"field": v.field, "description": v.description}
            if v.field
            else {"description": v.description}
            for v in violations
        ],
    }


def unreadable(violations: Sequence[Violation]) -> ApiError:
    """Return the refusal of the front end: FCM itself never saw the request."""
    message = "\n".join(violation.description for violation in violations)
    return ApiError(400, "INVALID_ARGUMENT", message, [_bad_request(violations)])


def invalid_argument(violations: Sequence[Violation]) -> ApiError:
    """Return FCM's refusal of a readable message."""
    details = [_bad_request(violations), _fcm_detail("INVALID_ARGUMENT")]
    return ApiError(400, "INVALID_ARGUMENT", violations[0].description, details)


def fcm_error(code: str, retry_after_s: int | None = None) -> ApiError:
    """Return the answer for an FCM error code, with Retry-After where a time is given."""
    http_status, status, message = _BY_CODE[code]
    details = [_fcm_detail(code)]
    if code == "QUOTA_EXCEEDED":
        violation = {"subject": "project", "description": "Send requests per minute"}
        details.append({"@type": _TYPE + "google.rpc.QuotaFailure", "violations": [violation]})
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return ApiError(http_status, status, message, details, headers)


def _error_info(reason: str) -> dict[str, object]:
    return {
        "@type": _TYPE + "google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "fcm.googleapis.com"},
    }


def unauthenticated(reason: str) -> ApiError:
    """Return 401; ``reason`` is of google.api.ErrorReason (ACCESS_TOKEN_EXPIRED ...)."""
    return ApiError(
        HTTPStatus.UNAUTHORIZED,
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
        "cookie or other valid authentication credential.",
        [_error_info(reason)],
        {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    )


def permission_denied(message: str, reason: str) -> ApiError:
    """Return 403 for a caller who is known but may not do this."""
    return ApiError(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", message, [_error_info(reason)])


def not_found() -> ApiError:
    """Return 404 for a resource that is not there."""
    return ApiError(HTTPStatus.NOT_FOUND, "NOT_FOUND", "Requested entity was not found.")


def already_exists() -> ApiError:
    """Return 409 for a resource that is there already."""
    return ApiError(HTTPStatus.CONFLICT, "ALREADY_EXISTS", "Requested entity already exists")
