"""What a handler gets: who asks, and the services that the manifest asked for.

`Me`, `Officer`, `Visitor`, `AppContext` and `IdempotencyKey` are the only argument types a
handler needs besides Litestar's own (`FromPath`, `FromQuery`, `JSONBody`).
"""

from typing import Any, TypeAlias, final

from litestar.di import NamedDependency

from camaug_sdk.problems import NotGranted
from camaug_sdk.records import Caller, Person, StaffMember
from camaug_sdk.services import (
    Agencies,
    Clock,
    Counter,
    Documents,
    Dossiers,
    I18n,
    Measures,
    People,
    Procedures,
)
from camaug_sdk.tables import Database


class _Refused:
    """Stands for a service that was not asked for or not granted."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, _: str) -> Any:
        raise NotGranted(service=self._name)


@final
class Context:
    """The services of one plugin; one that is not granted raises `NotGranted` when touched."""

    __slots__ = (
        "agencies", "clock", "counter", "db", "documents", "dossiers", "i18n", "measures", "people",
        "procedures",
    )  # fmt: skip

    procedures: Procedures
    agencies: Agencies
    people: People
    documents: Documents
    dossiers: Dossiers
    measures: Measures
    counter: Counter
    db: Database
    clock: Clock
    i18n: I18n

    def __init__(self, services: dict[str, object]) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, services.get(name, _Refused(name)))


Me: TypeAlias = NamedDependency[Person]
"""The signed-in citizen (argument `me`); without a session the answer is 401."""
Officer: TypeAlias = NamedDependency[StaffMember]
"""The signed-in officer (argument `officer`)."""
Visitor: TypeAlias = NamedDependency[Caller]
"""Whoever asks, signed in or not, and the language (argument `visitor`)."""
AppContext: TypeAlias = NamedDependency[Context]
"""The granted services (argument `app`)."""
IdempotencyKey: TypeAlias = NamedDependency[str]
"""The request's `Idempotency-Key` (argument `key`); without one the answer is 400."""
