from uuid import UUID

import aiohttp
import pytest
from yarl import URL

from camaug.documents import actions
from camaug.documents.schemas import Begun, MediaType, NewDocument
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug_sdk.problems import Conflict, Invalid, NotFound
from camaug_sdk.records import Person, StaffMember

from . import files
from .conftest import post_form

PNG, JPEG = files.png(), files.jpeg()


@pytest.fixture
def me() -> Person:
    return Person(citizen_id=uuid7(), assurance=1, session_id=uuid7())


async def announce(
    engines: Engines, me: Person, data: bytes, media_type: MediaType = "image/png"
) -> Begun:
    new = NewDocument(
        file_name="Giấy chứng sinh.png", size=len(data), media_type=media_type, purpose="TP02"
    )
    return await actions.begin(engines, me.citizen_id, new, str(uuid7()))


async def send(begun: Begun, data: bytes) -> int:
    async with aiohttp.ClientSession() as session:
        return await post_form(begun.url, begun.fields, data, session)


@pytest.mark.usefixtures("store")
async def test_an_uploaded_file_is_checked_pinned_and_downloaded(
    engines: Engines, me: Person
) -> None:
    begun = await announce(engines, me, PNG)
    assert await send(begun, PNG) == 204
    ref = await actions.complete(engines, me.citizen_id, begun.document_id)
    assert (ref.state, ref.name, ref.size) == ("checked", "Giấy chứng sinh.png", len(PNG))
    assert await actions.complete(engines, me.citizen_id, begun.document_id) == ref
    assert await download(engines, me, begun.document_id) == PNG


async def download(engines: Engines, me: Person, document_id: UUID) -> bytes:
    url = await actions.address_for_citizen(engines, me, document_id)
    async with (
        aiohttp.ClientSession() as session,
        session.get(URL(url, encoded=True)) as answer,
    ):
        assert answer.headers["content-disposition"].startswith("attachment")
        return await answer.read()


@pytest.mark.usefixtures("store")
async def test_what_is_sent_after_the_check_is_never_served(engines: Engines, me: Person) -> None:
    begun = await announce(engines, me, PNG)
    await send(begun, PNG)
    await actions.complete(engines, me.citizen_id, begun.document_id)
    other = files.png(1, 2)
    assert len(other) == len(PNG)
    assert await send(begun, other) == 204
    assert await download(engines, me, begun.document_id) == PNG


@pytest.mark.usefixtures("store")
async def test_a_file_that_lies_about_its_type_is_refused_and_removed(
    engines: Engines, me: Person
) -> None:
    begun = await announce(engines, me, JPEG, "image/png")
    await send(begun, JPEG)
    with pytest.raises(Invalid) as caught:
        await actions.complete(engines, me.citizen_id, begun.document_id)
    assert caught.value.errors[0].code == "file_type_differs"
    with pytest.raises(Conflict):
        await actions.complete(engines, me.citizen_id, begun.document_id)
    with pytest.raises(Conflict):
        await actions.address_for_citizen(engines, me, begun.document_id)


@pytest.mark.usefixtures("store")
async def test_the_store_takes_only_the_announced_size(engines: Engines, me: Person) -> None:
    begun = await announce(engines, me, PNG)
    assert await send(begun, PNG + b"more") in (400, 403)
    with pytest.raises(NotFound, match="file_not_uploaded"):
        await actions.complete(engines, me.citizen_id, begun.document_id)


@pytest.mark.usefixtures("store")
async def test_a_file_of_somebody_else_does_not_exist(engines: Engines, me: Person) -> None:
    begun = await announce(engines, me, PNG)
    await send(begun, PNG)
    await actions.complete(engines, me.citizen_id, begun.document_id)
    other = Person(citizen_id=uuid7(), assurance=1, session_id=uuid7())
    officer = StaffMember(staff_id=uuid7(), session_id=uuid7(), agencies={"officer": (uuid7(),)})
    with pytest.raises(NotFound):
        await actions.address_for_citizen(engines, other, begun.document_id)
    with pytest.raises(NotFound):
        await actions.address_for_officer(engines, officer, begun.document_id)
    await actions.remove(engines, other.citizen_id, begun.document_id)
    assert await download(engines, me, begun.document_id) == PNG


async def test_a_name_with_hidden_characters_is_refused(engines: Engines, me: Person) -> None:
    new = NewDocument(
        file_name="giay\u202egpj.exe", size=10, media_type="image/png", purpose="TP02"
    )
    with pytest.raises(Invalid):
        await actions.begin(engines, me.citizen_id, new, "key-12345")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a.xlsm", "file_name_ending"),
        ("a.png;type=x.exe", "file_name_ending"),
        ("ảnh.PNG", None),
        ("❤️.png", None),
        ("IMG 20261124", None),
        ("a\u202egnp.exe", "hidden_characters"),
    ],
)
async def test_a_name_promises_what_the_file_is(
    engines: Engines, me: Person, name: str, code: str | None
) -> None:
    new = NewDocument(file_name=name, size=10, media_type="image/png", purpose="TP02")
    if code is None:
        assert await actions.begin(engines, me.citizen_id, new, str(uuid7()))
        return
    with pytest.raises(Invalid) as caught:
        await actions.begin(engines, me.citizen_id, new, str(uuid7()))
    assert caught.value.errors[0].code == code
