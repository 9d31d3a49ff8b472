"""`manifest.json`: a W3C MiniApp manifest with an `x_camaug` member, read without importing code.

Shape after the W3C MiniApp Manifest working draft. The published schema accepts nearly anything
(`pages: 42`), so this class counts, and `openapi/manifest.schema.json` is made from it.
"""

from typing import Annotated, Literal

import msgspec

PluginId = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40)]
Version = Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+$")]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
EventName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*$")]
LongText = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Service = Literal[
    "procedures", "agencies", "people", "documents", "dossiers", "dossiers.desk", "counter.desk",
    "measures", "measures.desk", "db",
]  # fmt: skip


class Bilingual(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text in both languages."""

    vi: ShortText
    en: ShortText


class Permission(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service that the plugin uses, and why, as the person is told."""

    service: Service
    reason: Bilingual


class DeskRole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role that an administrator may assign at an agency for this plugin's desk."""

    role: str
    name: Bilingual


class LongBilingual(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence or two in both languages."""

    vi: LongText
    en: LongText


class NoticeTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a citizen is told by `notify`; `{code}` in it stands for the argument of that name.

    A lock screen shows neither: it says that there is news.
    """

    template: Name
    title: Bilingual
    body: LongBilingual
    push: bool = True


class Icon(msgspec.Struct, frozen=True, kw_only=True):
    """MiniApp icon resource; here `src` is `icon:<lucide name>`."""

    src: str
    sizes: str | None = None
    label: str | None = None


class Camaug(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The host's own part of the manifest."""

    kind: Literal["plugin"]
    api: Annotated[str, msgspec.Meta(pattern=r"^>=\d+\.\d+,<\d+(\.\d+)?$")]
    """Range of SDK versions that the plugin works with."""
    category: str
    audience: list[Literal["citizen", "officer"]]
    title: Bilingual
    tile: Bilingual
    """At most two short words."""
    desk_title: Bilingual | None = None
    """What officers know it by, when that is not `title`."""
    icon: str
    sign_in: Literal["required", "optional"]
    permissions: list[Permission] = []
    desk_roles: list[DeskRole] = []
    notices: list[NoticeTemplate] = []
    events: list[EventName] = []
    """What `Plugin.events` handles: its own, and those of dossiers that were filed through it."""
    contacts: list[str] = []


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The whole manifest; unknown W3C members are ignored, unknown `x_camaug` members refused."""

    app_id: PluginId
    name: ShortText
    short_name: ShortText
    version: "ManifestVersion"
    icons: list[Icon]
    pages: list[str]
    lang: str = "vi"
    x_camaug: Camaug


class ManifestVersion(msgspec.Struct, frozen=True, kw_only=True):
    """MiniApp version resource."""

    name: str
    code: int


MAX_BYTES = 256 * 1024


def read(raw: bytes) -> Manifest:
    """Decode and check a manifest. Raises `ValueError` with the reason."""
    if len(raw) > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES} bytes")
    if b"\\u0000" in raw or b"\0" in raw:
        raise ValueError("a NUL character")
    try:
        return msgspec.json.decode(raw, type=Manifest)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(str(error)) from None


def covers(api: str, version: str) -> bool:
    """Whether the range `api` (`>=0.1,<1`) holds the SDK `version`."""
    least, _, below = api.removeprefix(">=").partition(",<")
    return _numbers(least) <= _numbers(version) < _numbers(below)


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor or 0)
