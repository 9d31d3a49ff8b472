"""What a person's tap does, and what the server may answer to it.

Every address is a path below the plugin's own prefix or a core path (`/api/v1/...`); the shell
never follows an address with a host, except through `Open`.
"""

from typing import Literal

import msgspec

Tone = Literal["neutral", "info", "good", "warn", "bad"]


class _Node(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    pass


class Go(_Node, frozen=True, kw_only=True, tag="go"):
    """Show another screen of the shell: `/apps/<id>/<path>`, `/inbox`, `/console/...`."""

    href: str
    replace: bool = False
    """Take the present screen out of the history: "back" must not repeat a finished step."""


class Open(_Node, frozen=True, kw_only=True, tag="open"):
    """Leave the shell: `tel:`, `https:`, or a download address answered by the server."""

    href: str


class Confirm(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Asked before something that cannot be undone; `accept` names what will happen."""

    title: str
    text: str | None = None
    accept: str


class Send(_Node, frozen=True, kw_only=True, tag="send"):
    """Write to one address. The body is `body` merged with the surrounding form's values.

    Both hold values as fields have them. The shell adds `Authorization` and an `Idempotency-Key`
    that stays the same over retries of one tap. The answer is an `Outcome`, a `Screen`, or a
    problem (RFC 9457) whose `errors` name fields by JSON pointer.
    """

    href: str
    method: Literal["POST", "PUT", "DELETE"] = "POST"
    body: dict[str, str | int | float | bool | list[str] | None] = {}
    confirm: Confirm | None = None
    later: bool = False
    """Without a network the shell keeps it on the device and sends it, under the same key, when
    there is one; the person sees that it waits. For what is still right hours later."""


class Download(_Node, frozen=True, kw_only=True, tag="download"):
    """GET `href` with the session, which answers `{"url": ...}`; the shell then opens that.

    What is answered as an attachment (`Content-Disposition`) is saved under its name instead.
    """

    href: str


class Print(_Node, frozen=True, kw_only=True, tag="print"):
    """Print the present screen, without what stands around it, on a sheet of A4 or a slip of 80 mm.

    With `href`, `POST href {"paper": ...}` notes it first; what could not be noted is not printed.
    """

    href: str | None = None
    paper: Literal["a4", "slip"] = "a4"


Action = Go | Open | Send | Download | Print


class Refresh(_Node, frozen=True, kw_only=True, tag="refresh"):
    """Fetch the present screen again."""


class Toast(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A short word at the bottom of the shell, announced politely to screen readers."""

    text: str
    tone: Tone = "good"


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="outcome"):
    """The answer to a `Send` that is not a screen: say something, then go or refresh."""

    then: Go | Refresh | None = None
    toast: Toast | None = None
