"""Files: every statement carries the owner or the officer's agencies in its WHERE."""

from datetime import datetime
from uuid import UUID

from camaug.documents.schemas import NewDocument, Row, RowAtDesk, RowOfRelative
from camaug.kernel import db

AT_DESK = """
    select d.document_id, d.owner_id, d.purpose, d.object_key, d.version_id, d.file_name_enc,
           d.size, d.media_type, d.state, desk.agency_id
    from document d
    cross join lateral (
        select case when o.agency_id = any($2) then o.agency_id
                    else o.handling_agency_id end as agency_id
        from dossier_document l join dossier o using (dossier_id)
        where l.document_id = d.document_id
          and (o.agency_id = any($2) or o.handling_agency_id = any($2))
        union all
        select u.agency_id from document_use u
        join unnest($3::text[], $4::uuid[]) as held (role, agency_id) using (role, agency_id)
        where u.document_id = d.document_id
        union all
        select w.agency_id from dossier_document l
        join proposal w on w.dossier_id = l.dossier_id and w.state = 'open'
        join unnest($3::text[], $4::uuid[]) as led (role, agency_id)
          on led.role = 'leader' and led.agency_id = w.agency_id
        where l.document_id = d.document_id
        limit 1
    ) desk
    where d.document_id = $1
"""


async def insert(
    conn: db.Conn, document_id: UUID, owner_id: UUID, new: NewDocument, name: bytes, at: datetime
) -> None:
    """An announced upload, state `incoming`."""
    await db.run(
        conn,
        "insert into document (document_id, owner_id, purpose, object_key, file_name_enc, size,"
        " media_type, state, created_at) values ($1, $2, $3, $4, $5, $6, $7, 'incoming', $8)",
        document_id,
        owner_id,
        new.purpose,
        f"incoming/{document_id}",
        name,
        new.size,
        new.media_type,
        at,
    )


async def own(conn: db.Conn, owner_id: UUID, document_id: UUID) -> Row:
    """The citizen's own document. Raises `NotFound`."""
    return await db.one(
        conn,
        Row,
        "select document_id, owner_id, purpose, object_key, version_id, file_name_enc, size,"
        " media_type, state from document where document_id = $1 and owner_id = $2",
        document_id,
        owner_id,
    )


async def own_many(conn: db.Conn, owner_id: UUID, document_ids: list[UUID]) -> list[Row]:
    """Those of the ids that are the citizen's own, in the order asked."""
    return await db.many(
        conn,
        Row,
        "select document_id, owner_id, purpose, object_key, version_id, file_name_enc, size,"
        " media_type, state from document where document_id = any($1) and owner_id = $2"
        " order by array_position($1, document_id)",
        document_ids,
        owner_id,
    )


async def given(conn: db.Conn, citizen_id: UUID, document_id: UUID) -> Row:
    """The citizen's own document, a result in an own dossier, or a paper that a counter scanned.

    Raises `NotFound`.
    """
    return await db.one(
        conn,
        Row,
        "select d.document_id, d.owner_id, d.purpose, d.object_key, d.version_id, d.file_name_enc,"
        " d.size, d.media_type, d.state from document d"
        " where d.document_id = $1 and (d.owner_id = $2 or exists (select from dossier_document l"
        " join dossier using (dossier_id) where l.document_id = d.document_id"
        " and dossier.citizen_id = $2 and l.replaced_at is null"
        " and (l.part = 'paper' or l.part = 'result' and dossier.status in (9, 10))))",
        document_id,
        citizen_id,
    )


async def given_to_relative(
    conn: db.Conn, citizen_id: UUID, document_id: UUID, now: datetime
) -> RowOfRelative:
    """A result in a dossier for whose owner the citizen may act. Raises `NotFound`."""
    return await db.one(
        conn,
        RowOfRelative,
        "select d.document_id, d.owner_id, d.purpose, d.object_key, d.version_id, d.file_name_enc,"
        " d.size, d.media_type, d.state, held.delegation_id from document d"
        " join dossier_document l on l.document_id = d.document_id and l.part = 'result'"
        " and l.replaced_at is null"
        " join dossier o on o.dossier_id = l.dossier_id and o.status in (9, 10)"
        " join delegated($2, $3) held on held.dossier_id = o.dossier_id and held.scope = 'act'"
        " where d.document_id = $1 limit 1",
        document_id,
        citizen_id,
        now,
    )


async def hand_over(conn: db.Conn, owner_id: UUID, to: UUID, document_ids: list[UUID]) -> bool:
    """Give own files to another person; False, and some stay, when something holds one of them."""
    wanted = set(document_ids)
    touched = await db.run(
        conn,
        "update document set owner_id = $2 where owner_id = $1 and document_id = any($3)"
        " and not exists"
        " (select from dossier_document l where l.document_id = document.document_id)"
        " and not exists (select from document_use u where u.document_id = document.document_id)",
        owner_id,
        to,
        list(wanted),
    )
    return touched == len(wanted)


async def at_desk(
    conn: db.Conn, agency_ids: list[UUID], held: list[tuple[str, UUID]], document_id: UUID
) -> RowAtDesk:
    """A document in a dossier of one of the agencies, or in a row of a plugin.

    `held` are role and agency of the person; leaders open what they are to decide on. Raises
    `NotFound`.
    """
    return await db.one(
        conn,
        RowAtDesk,
        AT_DESK,
        document_id,
        agency_ids,
        [role for role, _ in held],
        [agency_id for _, agency_id in held],
    )


async def is_lent(conn: db.Conn, document_id: UUID) -> bool:
    """Whether a plugin's row holds it and no dossier."""
    return bool(
        await conn.fetchval(
            "select exists (select from document_use where document_id = $1)"
            " and not exists (select from dossier_document where document_id = $1)",
            document_id,
        )
    )


async def set_checked(
    conn: db.Conn, document_id: UUID, version_id: str | None, sha256: bytes, at: datetime
) -> bool:
    """`incoming` to `checked`, pinned to the version read; false when it was not `incoming`."""
    touched = await db.run(
        conn,
        "update document set state = 'checked', version_id = $2, sha256 = $3, checked_at = $4"
        " where document_id = $1 and state = 'incoming'",
        document_id,
        version_id,
        sha256,
        at,
    )
    return touched == 1


async def set_refused(conn: db.Conn, document_id: UUID, why: str, at: datetime) -> None:
    """`incoming` to `refused`; a refused file is never served."""
    await db.run(
        conn,
        "update document set state = 'refused', refused_why = $2, checked_at = $3"
        " where document_id = $1 and state = 'incoming'",
        document_id,
        why,
        at,
    )


async def delete_free(conn: db.Conn, owner_id: UUID, document_id: UUID) -> bool:
    """Delete the citizen's own document unless a dossier or a plugin's row holds it."""
    touched = await db.run(
        conn,
        "delete from document where document_id = $1 and owner_id = $2 and not exists"
        " (select from dossier_document l where l.document_id = document.document_id)"
        " and not exists (select from document_use u where u.document_id = document.document_id)",
        document_id,
        owner_id,
    )
    return touched == 1
