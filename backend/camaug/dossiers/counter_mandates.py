"""Who stands at a counter: the person, or somebody whom the person has sent, with a paper.

That everybody but the person needs a paper is a rule of this project: what law asks of relatives
differs by procedure, and our sources do not list it.
"""

from collections.abc import Callable

from camaug.identity import values
from camaug_sdk.counter import Mandate
from camaug_sdk.problems import FieldError


def check(given: Mandate | None) -> tuple[Mandate, list[FieldError]]:
    """The mandate in its normal form, and what is wrong by `/mandate/<member>`."""
    if given is None:
        return Mandate(by="self"), [FieldError(pointer="/mandate/by", code="required")]
    if given.by == "self":
        return Mandate(by="self"), []
    errors: list[FieldError] = []
    read: dict[str, str | None] = {}
    for name, normal in _NORMAL.items():
        typed = getattr(given, name) or ""
        try:
            read[name] = normal(typed)
        except values.BadValue as bad:
            code = bad.code if typed.strip() else "required"
            errors.append(FieldError(pointer=f"/mandate/{name}", code=code, args=bad.args_))
    return Mandate(by=given.by, **read), errors


_NORMAL: dict[str, Callable[[str], str]] = {
    "name": values.person_name,
    "number": values.citizen_id,
    "relation": values.plain,
}
