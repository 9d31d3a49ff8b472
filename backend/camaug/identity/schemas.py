"""Shapes of identity: what requests carry, what answers say, what rows hold."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from camaug.identity.values import Gender
from camaug_sdk.actions import Go
from camaug_sdk.records import Language

Audience = Literal["citizen", "staff"]
Typed = Annotated[str, msgspec.Meta(max_length=1000)]
"""Text as somebody typed it; `values` tells what is acceptable."""


class CodeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for a one-time code. `next` is where the shell goes after the sign-in."""

    phone: Typed
    next: Typed | None = None
    shared: bool = False
    """Others use this device too."""


class CodeTry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code that came by message."""

    challenge_id: UUID
    code: Typed
    next: Typed | None = None
    shared: bool = False


class StaffSignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Login and password of a member of staff."""

    login: Typed
    password: Typed
    next: Typed | None = None


class FactorTry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The second step of a staff sign-in: the code that the person's app shows."""

    ticket: Typed
    code: Typed
    next: Typed | None = None


class Renewal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask for the next access token; browsers send the refresh token as a cookie.

    Native clients, and browsers on a shared device, which have no cookie, send it in the body.
    """

    audience: Audience
    refresh_token: Annotated[str, msgspec.Meta(max_length=200)] | None = None


class NewDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device that push messages can reach; `token` is the provider's."""

    provider: Literal["fcm"]
    token: Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]{8,1024}$")]
    platform: Literal["android", "ios", "web"]


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole profile as the person wants it; an absent or empty member is taken out."""

    version: int
    """Of the profile that the person saw; an older one is a `Conflict`."""
    full_name: Typed | None = None
    citizen_id: Typed | None = None
    email: Typed | None = None
    birth_date: Typed | None = None
    gender: Typed | None = None
    ethnicity: Typed | None = None
    permanent_address: Typed | None = None
    permanent_commune: Typed | None = None
    current_address: Typed | None = None


class LanguageChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The language for messages and notices."""

    language: Language


class SignedIn(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="signed-in"):
    """A session has begun or goes on. Native clients get `refresh_token`, browsers the cookie.

    On a shared device a browser gets no cookie either: the page keeps the token while it is open.
    """

    access_token: str
    expires_in: int
    """Seconds."""
    then: Go | None = None
    refresh_token: str | None = None
    shared: bool = False


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A registered push device."""

    device_id: UUID


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the person is signed in."""

    session_id: UUID
    device_label: str
    created_at: datetime
    rotated_at: datetime


class ProfileData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What `citizen.profile_enc` holds: everything but phone, citizen number and commune."""

    full_name: str | None = None
    email: str | None = None
    birth_date: date | None = None
    gender: Gender | None = None
    ethnicity: str | None = None
    permanent_address: str | None = None
    current_address: str | None = None


class CitizenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen as stored."""

    citizen_id: UUID
    phone_enc: bytes | None
    number_enc: bytes | None
    number_proven: bool
    profile_enc: bytes | None
    commune_code: str | None
    language: Language
    version: int


class CitizenChange(msgspec.Struct, frozen=True, kw_only=True):
    """The sealed columns of a changed profile."""

    number_enc: bytes | None
    number_idx: bytes | None
    profile_enc: bytes
    commune_code: str | None


class Challenge(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time code that is being tried; `tries` counts this try."""

    phone_enc: bytes
    phone_idx: bytes
    code_mac: bytes
    tries: int


class NewChallenge(msgspec.Struct, frozen=True, kw_only=True):
    """A one-time code to store. `request_key` finds it again for a repeat of the request."""

    challenge_id: UUID
    phone_enc: bytes
    phone_idx: bytes
    code_mac: bytes
    request_key: str
    expires_at: datetime


class Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The code of the authenticator app, shown again in a session."""

    code: str


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """What an idempotent repeat of a sign-in finds again."""

    session_id: UUID


class ProfileVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What an idempotent repeat of a profile change finds again."""

    version: int


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh family as stored. Times are instants of the last rotation, begin and end.

    `proved_at` is when the person last proved who they are.
    """

    session_id: UUID
    audience: Audience
    subject_id: UUID
    assurance: Literal[1, 2]
    counter: int
    rotated_at: datetime
    created_at: datetime
    proved_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    is_shared: bool = False
    """On a device of several people: it ends after ten minutes without use."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A session that has ended."""

    session_id: UUID
    ended_at: datetime


class StaffAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff who is signing in; in a try this one is counted already.

    `password_hash` is None for somebody who has been invited and has not come yet, `totp_enc` for
    somebody without a second factor; `totp_step` is the step of the code that was used last.
    """

    staff_id: UUID
    login: str
    password_hash: str | None
    totp_enc: bytes | None
    totp_step: int | None


class AssignmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A role at an agency, or the mere existence of the person when both are None."""

    staff_id: UUID
    role: str | None
    agency_id: UUID | None


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A signing key; `private_enc` is sealed PKCS 8."""

    kid: str
    public_jwk: dict[str, str]
    private_enc: bytes
    signs_from: datetime
    verifies_until: datetime | None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The id of one row, whatever it is of."""

    found_id: UUID


class CommuneName(msgspec.Struct, frozen=True, kw_only=True):
    """Name of a commune."""

    kind: Literal["commune", "ward"]
    name: str
