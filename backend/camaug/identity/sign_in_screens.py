"""Sign-in, as screens."""

from functools import partial
from uuid import UUID

from camaug.identity import values
from camaug.identity.schemas import CodeRequest
from camaug.kernel.i18n import Catalogue
from camaug_sdk.actions import Go, Send
from camaug_sdk.fields import BooleanField, PhoneField, TextField
from camaug_sdk.records import Language
from camaug_sdk.screens import Button, Form, Screen, Text


def sign_in(texts: Catalogue, language: Language, after: str) -> Screen:
    """Ask for the phone."""
    t = partial(texts.text, language)
    return Screen(
        title=t("identity.sign_in.title"),
        subtitle=t("identity.sign_in.why"),
        lang=language,
        back=Go(href="/"),
        blocks=[
            Form(
                id="sign-in",
                blocks=[
                    PhoneField(name="phone", label=t("identity.phone"), required=True),
                    BooleanField(
                        name="shared", label=t("identity.shared"), hint=t("identity.shared_hint")
                    ),
                    Text(text=t("identity.sign_in.consent"), tone="hint"),
                ],
                submit=Button(
                    label=t("identity.sign_in.send"),
                    style="primary",
                    action=Send(href="/api/v1/session/otp", body={"next": after}),
                ),
            )
        ],
    )


def code(texts: Catalogue, language: Language, challenge_id: UUID, wanted: CodeRequest) -> Screen:
    """Ask for the code that was sent to the phone of the request."""
    t, phone = partial(texts.text, language), wanted.phone
    onward = {"next": wanted.next, "shared": wanted.shared}
    again = Send(href="/api/v1/session/otp", body={"phone": phone, **onward})
    return Screen(
        title=t("identity.code.title"),
        subtitle=t("identity.code.sent", phone=values.masked(phone)),
        lang=language,
        back=Go(href="/sign-in", replace=True),
        blocks=[
            Form(
                id="code",
                blocks=[
                    TextField(
                        name="code",
                        label=t("identity.code.label"),
                        hint=t("identity.code.hint"),
                        required=True,
                        max_length=6,
                        numeric=True,
                        autocomplete="one-time-code",
                    ),
                ],
                submit=Button(
                    label=t("identity.code.submit"),
                    style="primary",
                    action=Send(
                        href="/api/v1/session/otp/verify",
                        body={"challenge_id": str(challenge_id), **onward},
                    ),
                ),
            ),
            Button(label=t("identity.code.again"), style="quiet", action=again),
        ],
    )


def staff_sign_in(texts: Catalogue, language: Language, after: str) -> Screen:
    """Ask a member of staff for login and password."""
    t = partial(texts.text, language)
    return Screen(
        title=t("identity.staff.title"),
        lang=language,
        blocks=[
            Form(
                id="staff-sign-in",
                blocks=[
                    TextField(
                        name="login",
                        label=t("identity.staff.login"),
                        required=True,
                        autocomplete="username",
                    ),
                    TextField(
                        name="password",
                        label=t("identity.staff.password"),
                        required=True,
                        secret=True,
                        autocomplete="current-password",
                    ),
                ],
                submit=Button(
                    label=t("identity.staff.submit"),
                    style="primary",
                    action=Send(href="/api/v1/session/staff", body={"next": after}),
                ),
            )
        ],
    )
