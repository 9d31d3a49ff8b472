"""Uploads and downloads of files; the bytes go straight between browser and store."""

from uuid import UUID

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from camaug.documents import actions
from camaug.documents.schemas import Address, Begun, NewDocument
from camaug.kernel.web import FromEngines
from camaug_sdk.context import IdempotencyKey, Visitor
from camaug_sdk.fields import FileRef
from camaug_sdk.problems import Unauthenticated
from camaug_sdk.records import Caller


def _owner(caller: Caller) -> UUID:
    """Whose file it is: the citizen's, or the officer's who uploads a result."""
    if caller.me is not None:
        return caller.me.citizen_id
    if caller.officer is not None:
        return caller.officer.staff_id
    raise Unauthenticated


@post("/api/v1/documents")
async def begin_document(
    engines: FromEngines, visitor: Visitor, key: IdempotencyKey, data: JSONBody[NewDocument]
) -> Begun:
    """Announce an upload."""
    return await actions.begin(engines, _owner(visitor), data, key)


@post("/api/v1/documents/{document_id:uuid}/complete", status_code=200)
async def complete_document(
    engines: FromEngines, visitor: Visitor, document_id: FromPath[UUID]
) -> FileRef:
    """Have the uploaded file checked; repeating it is safe."""
    return await actions.complete(engines, _owner(visitor), document_id)


@delete("/api/v1/documents/{document_id:uuid}")
async def delete_document(
    engines: FromEngines, visitor: Visitor, document_id: FromPath[UUID]
) -> None:
    """Delete an own file that no dossier holds; repeating it is safe."""
    await actions.remove(engines, _owner(visitor), document_id)


@get("/api/v1/documents/{document_id:uuid}/download")
async def download_document(
    engines: FromEngines, visitor: Visitor, document_id: FromPath[UUID]
) -> Address:
    """An address from which the file can be fetched within a minute."""
    if visitor.officer is not None:
        url = await actions.address_for_officer(engines, visitor.officer, document_id)
    elif visitor.me is not None:
        url = await actions.address_for_citizen(engines, visitor.me, document_id)
    else:
        raise Unauthenticated
    return Address(url=url)


routes = [begin_document, complete_document, delete_document, download_document]
