"""What can go wrong, as classes named for what is wrong.

Each becomes a problem document (RFC 9457) with a stable `code`; title and detail come from the
catalogues under `problem.<code>.title` and `problem.<code>.detail`, in the language of the request.

    Problem
    ├── Unreadable 400       the body cannot be read: JSON, unknown member, wrong type
    ├── Unauthenticated 401  nobody is signed in, or the session has ended
    ├── Forbidden 403        signed in, but not allowed
    │   └── NotGranted       a plugin touched a service that its manifest does not ask for
    ├── NotFound 404         not there, or not yours: the two are not told apart
    ├── Conflict 409         the thing has changed meanwhile, or the same request is still running
    ├── Invalid 422          read, but not acceptable; `errors` name the fields
    ├── TooMany 429          a limit; `retry_after` seconds
    └── Unavailable 503      a part of ours is away; the same request may be repeated
"""

from collections.abc import Sequence
from typing import ClassVar

import msgspec


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """One error of one field. `pointer` is a JSON pointer into the body (RFC 6901)."""

    pointer: str
    code: str
    """Looked up in the catalogues as `field.<code>`."""
    args: dict[str, str | int] = {}


class Problem(Exception):
    """Base of all; `args` fill the placeholders of the catalogue texts."""

    status: ClassVar[int] = 500
    code: str = "internal"

    def __init__(
        self,
        code: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        **args: str | int,
    ) -> None:
        self.code = code or type(self).code
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.texts = args
        super().__init__(self.code)


class Unreadable(Problem):
    """The body cannot be read."""

    status = 400
    code = "unreadable"


class Unauthenticated(Problem):
    """Nobody is signed in."""

    status = 401
    code = "unauthenticated"
    challenge = "Bearer"
    """The header `WWW-Authenticate` (RFC 6750)."""


class ProofNeeded(Unauthenticated):
    """Signed in, but the second factor must be shown again (RFC 9470)."""

    code = "proof_needed"
    max_age = 900
    """So many seconds a proof is good."""
    challenge = f'Bearer error="insufficient_user_authentication", max_age={max_age}'


class Forbidden(Problem):
    """Signed in, but not allowed."""

    status = 403
    code = "forbidden"


class NotGranted(Forbidden):
    """A plugin touched a service that it did not ask for."""

    code = "not_granted"


class NotFound(Problem):
    """Not there, or not yours."""

    status = 404
    code = "not_found"


class Conflict(Problem):
    """The thing has changed meanwhile."""

    status = 409
    code = "conflict"


class Invalid(Problem):
    """Read, but not acceptable."""

    status = 422
    code = "invalid"


class TooMany(Problem):
    """A limit was reached."""

    status = 429
    code = "too_many"


class Unavailable(Problem):
    """A part of ours is away."""

    status = 503
    code = "unavailable"
