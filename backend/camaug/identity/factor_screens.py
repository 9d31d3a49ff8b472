"""The second step of a staff sign-in, as screens."""

from collections.abc import Callable
from functools import partial

from camaug.identity import totp
from camaug.identity.staff_sign_in import SecondStep
from camaug.kernel.i18n import Catalogue
from camaug_sdk.actions import Go, Send
from camaug_sdk.fields import TextField
from camaug_sdk.records import Language
from camaug_sdk.screens import AnyBlock, Button, Form, KeyValue, Pair, Qr, Screen, Text

AGAIN = Go(href="/console/sign-in", replace=True)


def second_step(texts: Catalogue, language: Language, step: SecondStep, after: str) -> Screen:
    """Ask for the code of the app; whoever has no factor yet is shown how to make one."""
    t = partial(texts.text, language)
    new = step.secret is not None
    return Screen(
        title=t("identity.enrol.title" if new else "identity.factor.title"),
        subtitle=t("identity.enrol.why" if new else "identity.factor.why"),
        lang=language,
        back=AGAIN,
        blocks=[
            *([] if step.secret is None else _enrolment(t, step.secret, step.login)),
            Form(
                id="staff-code",
                blocks=[
                    TextField(
                        name="code",
                        label=t("identity.factor.code"),
                        hint=t("identity.factor.hint"),
                        required=True,
                        max_length=7,
                        numeric=True,
                        autocomplete="one-time-code",
                    )
                ],
                submit=Button(
                    label=t("identity.enrol.submit" if new else "identity.staff.submit"),
                    style="primary",
                    action=Send(
                        href="/api/v1/session/staff/code",
                        body={"ticket": step.ticket, "next": after},
                    ),
                ),
            ),
        ],
    )


def _enrolment(t: Callable[..., str], secret: bytes, login: str) -> list[AnyBlock]:
    """The secret, for the camera and for the hand."""
    typed = [
        Pair(label=t("identity.enrol.account"), value=f"{totp.ISSUER}: {login}"),
        Pair(
            label=t("identity.enrol.secret"),
            value=totp.as_text(secret),
            hint=t("identity.enrol.secret_hint"),
        ),
    ]
    return [
        Text(text=t("identity.enrol.steps")),
        Qr(rows=totp.as_qr(secret, login), label=t("identity.enrol.qr")),
        KeyValue(items=typed, wide=True),
    ]
