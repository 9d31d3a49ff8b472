"""Problems on the wire: RFC 9457 documents in the language of the request."""

from typing import Any, cast

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from litestar.types import Scope, Send

from camaug.kernel.i18n import Catalogue, negotiate
from camaug_sdk.problems import (
    FieldError,
    Invalid,
    NotFound,
    Problem,
    Unauthenticated,
    Unavailable,
    Unreadable,
)

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger()
AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InternalClientError,
    ConnectionError,
    TimeoutError,
)
"""What a handler ends in while a store is away."""


class FieldText(msgspec.Struct, frozen=True, kw_only=True):
    """One error of one field: where, a stable code, and words for the person."""

    pointer: str
    code: str
    message: str


class ProblemText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of every error answer (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldText] = []
    request_id: str | None = None


class Problems:
    """Renders problems with the core's catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def render(self, request: "Request[Any, Any, Any]", problem: Problem) -> Response[bytes]:
        """The answer for a problem."""
        language = negotiate(request.headers.get("accept-language"))
        code = problem.code if self._catalogue.has(f"problem.{problem.code}.title") else "internal"
        text = ProblemText(
            type=f"/problems/{code}",
            title=self._catalogue.text(language, f"problem.{code}.title", **problem.texts),
            status=problem.status,
            detail=self._catalogue.text(language, f"problem.{code}.detail", **problem.texts),
            code=code,
            errors=[
                FieldText(
                    pointer=error.pointer,
                    code=error.code,
                    message=self._catalogue.text(language, f"field.{error.code}", **error.args),
                )
                for error in problem.errors
            ],
            request_id=str(request.scope["state"].get("request_id", "")) or None,
        )
        headers = {"Cache-Control": "no-store", "Content-Language": language}
        if problem.retry_after is not None:
            headers["Retry-After"] = str(problem.retry_after)
        if isinstance(problem, Unauthenticated):
            headers["WWW-Authenticate"] = problem.challenge
        return Response(
            msgspec.json.encode(text),
            media_type=MEDIA_TYPE,
            status_code=problem.status,
            headers=headers,
        )

    async def send(self, scope: Scope, problem: Problem, send: Send) -> None:
        """Answer a request outside Litestar."""
        answer = self.render(Request(scope), problem)
        headers = {
            **answer.headers,
            "content-type": str(answer.media_type),
            "content-length": str(len(answer.content)),
        }
        if isinstance(problem, Unauthenticated):
            headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": problem.status, "headers": pairs})
        await send({"type": "http.response.body", "body": answer.content, "more_body": False})

    def handle_problem(self, request: "Request[Any, Any, Any]", error: Problem) -> Response[bytes]:
        """For `Problem`s that handlers raise."""
        return self.render(request, error)

    def handle_http(
        self, request: "Request[Any, Any, Any]", error: HTTPException
    ) -> Response[bytes]:
        """For Litestar's own exceptions: routing, reading, validation."""
        return self.render(request, translate(error))

    def handle_any(self, request: "Request[Any, Any, Any]", error: Exception) -> Response[bytes]:
        """For everything else: logged with its type, told to nobody.

        A store that is away is no error of the handler: who asks may come again.
        """
        log.error("unhandled", error=type(error).__name__, exc_info=error)
        closed = isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)
        away = closed or isinstance(error, AWAY)
        return self.render(request, Unavailable(retry_after=5) if away else Problem())


class _MethodNotAllowed(Problem):
    status = 405
    code = "method_not_allowed"


class _TooLarge(Problem):
    status = 413
    code = "too_large"


def translate(error: HTTPException) -> Problem:
    """The problem that says what one of Litestar's exceptions means."""
    if isinstance(error, ValidationException):
        return _validation(error)
    if isinstance(error, NotFoundException):
        return NotFound()
    if isinstance(error, MethodNotAllowedException):
        return _MethodNotAllowed()
    if error.status_code == 413:  # noqa: PLR2004  (Content Too Large)
        return _TooLarge()
    if isinstance(error, ClientException):
        return Unreadable()
    return Problem()


def _validation(error: ValidationException) -> Problem:
    """Names the fields of a body; a bad path or query value is a thing that does not exist."""
    found: list[FieldError] = []
    for one in cast("list[dict[str, Any]]", error.extra or []):
        pointer = "/" + str(one.get("key", "")).replace(".", "/").strip("/")
        found.append(FieldError(pointer=pointer, code="type"))
        if one.get("source") == "path":
            return NotFound()
    if not found:
        return Unreadable()
    return Unreadable("unreadable_field", errors=found)


def require(errors: list[FieldError]) -> None:
    """Raise all errors of a form at once, if there are any."""
    if errors:
        raise Invalid(errors=errors)
