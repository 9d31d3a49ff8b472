"""Administrator rights that wait for a second administrator, on the pages of people."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from camaug.identity.people_schemas import API, RoleRequest
from camaug.kernel import i18n
from camaug.kernel.i18n import Catalogue
from camaug_sdk.actions import Confirm, Send
from camaug_sdk.records import Language
from camaug_sdk.screens import AnyBlock, Button, Callout, Heading

Words = Callable[..., str]


def waiting_blocks(
    texts: Catalogue, language: Language, waiting: Sequence[RoleRequest], me: UUID
) -> list[AnyBlock]:
    """What waits for a second administrator; the first one can only take it back."""
    if not waiting:
        return []
    t = partial(texts.text, language)
    blocks: list[AnyBlock] = [Heading(text=t("identity.requests.title"))]
    for one in waiting:
        own = me in (one.requested_by, one.staff_id)
        until = i18n.moment(language, one.expires_at)
        said = t("identity.requests.own" if own else "identity.requests.other", until=until)
        blocks.append(
            Callout(
                tone="warn",
                icon="shield-question",
                title=t("identity.requests.what", name=one.full_name, agency=one.agency(language)),
                text=f"{t('identity.requests.by', name=one.requester_name)} {said}",
                buttons=_decisions(t, one, own=own),
            )
        )
    return blocks


def _decisions(t: Words, one: RoleRequest, *, own: bool) -> list[Button]:
    at = f"{API}/requests/{one.request_id}"
    refuse = Button(
        label=t("identity.requests.withdraw" if own else "identity.requests.refuse"),
        icon="x",
        action=Send(href=f"{at}/refuse"),
    )
    confirm = Button(
        label=t("identity.requests.confirm"),
        icon="shield-check",
        action=Send(
            href=f"{at}/confirm",
            confirm=Confirm(
                title=t("identity.requests.confirm_title", name=one.full_name),
                text=t("identity.requests.confirm_text"),
                accept=t("identity.requests.confirm"),
            ),
        ),
    )
    return [refuse] if own else [confirm, refuse]
