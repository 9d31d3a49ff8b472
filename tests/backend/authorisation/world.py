"""Ids that exist, whose they are, and everybody who may try them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from tests.backend.dossiers.conftest import VALID, checked_file

from camaug.agencies.seed import agency_id
from camaug.audit.actions import SYSTEM
from camaug.dossiers.service import DossiersService
from camaug.identity import actions as identity
from camaug.identity import session_queries
from camaug.identity.schemas import SessionRow
from camaug.identity.tokens import Tokens
from camaug.kernel import db
from camaug.kernel.ids import uuid7
from camaug.kernel.web import Engines
from camaug.plugins.tables import PluginDatabase
from camaug.procedures.actions import ProceduresService
from camaug_sdk.records import Person, StaffMember, Submission

REPORTS, LEADER = "field_report_officer", "leader"
WARD, FAR = (agency_id("people_committee", code) for code in ("32002", "31972"))
CENTRE = agency_id("one_stop_centre", "province")
STAFF = {"far": ("officer", FAR), "officer": ("officer", WARD), "operator": ("operator", CENTRE),
         "reviewer": ("reviewer", CENTRE), "administrator": ("administrator", CENTRE)}  # fmt: skip
KINDS = ("nobody", "ended", "stranger", "owner", *STAFF)
"""`ended` is the owner in a session that was ended, `far` an officer of another commune; officer,
operator and administrator are in charge of what the ids name."""
BIRTH = "1.001193"
ARGS = {"code": "H12.32002-261124-0001", "procedure": "a", "agency": "b"}
LOOKED_AFTER = 3.0
"""Seconds after which every process knows that a session was ended."""


class Everybody(msgspec.Struct, frozen=True, kw_only=True):
    """Who tries: ids of the people, and the owner's token of a session that was ended."""

    people: dict[str, UUID]
    owner: Person
    ended: str


async def everybody(engines: Engines, tokens: Tokens) -> Everybody:
    """Two citizens and staff of every kind, signed in, one session ended since."""
    people = {
        "owner": await _citizen(engines, "32002"),
        "stranger": await _citizen(engines, "31972"),
    }
    ended = await _signed_in(engines, tokens, people["owner"], "citizen", ended=True)
    for kind, (role, agency) in STAFF.items():
        async with db.transaction(engines.pool) as conn:
            people[kind] = await identity.create_staff(
                engines, conn, f"matrix.{kind}", "lúa chín bên sông", "Lê Mẫu", SYSTEM
            )
            await identity.assign(engines, conn, people[kind], role, agency, SYSTEM)
            if role == "officer":
                await identity.assign(engines, conn, people[kind], REPORTS, agency, SYSTEM)
                await identity.assign(engines, conn, people[kind], LEADER, agency, SYSTEM)
    await asyncio.sleep(LOOKED_AFTER)
    owner = Person(citizen_id=people["owner"], assurance=1, session_id=uuid7())
    return Everybody(people=people, owner=owner, ended=ended)


async def signed_in(engines: Engines, tokens: Tokens, who: Everybody) -> dict[str, str]:
    """A token of a new session for everybody, since some routes end sessions."""
    found = {"nobody": "", "ended": who.ended}
    for kind, person in who.people.items():
        audience = "staff" if kind in STAFF else "citizen"
        found[kind] = await _signed_in(engines, tokens, person, audience)
    return found


async def _citizen(engines: Engines, commune: str) -> UUID:
    citizen_id, now = uuid7(), engines.clock.now()
    phone = engines.vault.seal_text("citizen|phone", citizen_id, "0912345678")
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into citizen (citizen_id, phone_enc, phone_idx, commune_code, created_at,"
            " updated_at) values ($1, $2, $3, $4, $5, $5)",
            *(citizen_id, phone, citizen_id.bytes, commune, now),
        )
        await conn.execute("insert into inbox (citizen_id, last_seq) values ($1, 1)", citizen_id)
    return citizen_id


async def _signed_in(
    engines: Engines, tokens: Tokens, subject: UUID, audience: Any, *, ended: bool = False
) -> str:
    row = await _session(engines, subject, audience)
    if ended:
        async with db.transaction(engines.pool) as conn:
            await conn.execute(
                "update session set ended_at = $2, end_reason = 'signed_out' where session_id = $1",
                *(row.session_id, engines.clock.now()),
            )
    return tokens.issue(row)


async def _session(engines: Engines, subject: UUID, audience: Any) -> SessionRow:
    now = engines.clock.now()
    row = SessionRow(
        session_id=uuid7(), audience=audience, subject_id=subject, counter=0, rotated_at=now,
        assurance=2 if audience == "staff" else 1, created_at=now, proved_at=now,
        expires_at=now + timedelta(days=1), ended_at=None,
    )  # fmt: skip
    async with db.transaction(engines.pool) as conn:
        await session_queries.insert(conn, row, "Chrome")
    return row


async def things(engines: Engines, who: Everybody) -> dict[str, str]:
    """One of everything, new: ids by the names that addresses use."""
    me, now = who.owner, engines.clock.now()
    dossier_id = (await file(engines, me)).dossier_id
    document = await checked_file(engines, me.citizen_id, "other")
    session = await _session(engines, me.citizen_id, "citizen")
    made = {name: uuid7() for name in (
        "device_id", "notice_id", "staff_notice_id", "announcement_id", "sent_id",
        "assignment_id", "request_id", "case_id",
    )}  # fmt: skip
    async with db.transaction(engines.pool) as conn:
        staff_id = await identity.create_staff(
            engines, conn, f"new.{uuid7().hex}", "lúa chín bên sông", "Trần Mẫu", SYSTEM
        )
        other = await identity.create_staff(
            engines, conn, f"other.{uuid7().hex}", "lúa chín bên sông", "Võ Mẫu", SYSTEM
        )
        await identity.assign(engines, conn, other, "administrator", CENTRE, SYSTEM)
        agency = await conn.fetchval("select code from agency where agency_id = $1", WARD)
        for sql, values in (
            (("insert into push_device (device_id, citizen_id, provider, token, platform,"
             " created_at) values ($1, $2, 'fcm', $3, 'web', $4)"),
             (made["device_id"], me.citizen_id, made["device_id"].hex, now)),
            (("insert into notice (notice_id, citizen_id, seq, event_id, template, args,"
             " created_at) values ($1, $2, 1, $3, 'submitted', $4, $5)"),
             (made["notice_id"], me.citizen_id, uuid7(), ARGS, now)),
            ("update inbox set unread = unread + 1 where citizen_id = $1", (me.citizen_id,)),
            (("insert into desk_notice (notice_id, event_id, agency_id, dossier_id, template, args,"
             " created_at) values ($1, $2, $3, $4, 'withdrawn', $5, $6)"),
             (made["staff_notice_id"], uuid7(), WARD, dossier_id, ARGS, now)),
            (("insert into announcement (announcement_id, agency_id, author_id, state, title_vi,"
             " text_vi, title_en, text_en, communes, content_hash, created_at)"
             " values ($1, $2, $3, 'draft', 'a', 'b', 'c', 'd', '{32002}', $4, $5)"),
             (made["announcement_id"], CENTRE, who.people["operator"], bytes(32), now)),
            (("insert into announcement (announcement_id, agency_id, author_id, state, title_vi,"
             " text_vi, title_en, text_en, communes, content_hash, created_at, approved_by,"
             " approved_hash, approved_at, number, started_at, audience, ended_at)"
             " values ($1, $2, $3, 'sent', 'a', 'b', 'c', 'd', '{32002}', $4, $5, $6, $4, $5,"
             " nextval('announcement_number'), $5, 1, $5)"),
             (made["sent_id"], CENTRE, who.people["operator"], bytes(32), now,
              who.people["administrator"])),
            (("insert into counter_case (case_id, staff_id, agency_id, citizen_id, procedure_code,"
             " opened_at, updated_at) values ($1, $2, $3, $4, $5, $6, $6)"),
             (made["case_id"], who.people["officer"], WARD, me.citizen_id, BIRTH, now)),
            (("insert into assignment (assignment_id, staff_id, agency_id, role, valid_from)"
             " values ($1, $2, $3, 'officer', $4)"),
             (made["assignment_id"], staff_id, WARD, now)),
            (("insert into role_request (request_id, staff_id, agency_id, role, valid_from,"
             " requested_by, requested_at, expires_at)"
             " values ($1, $2, $3, 'administrator', $4, $5, $4, $6)"),
             (made["request_id"], staff_id, CENTRE, now, other, now + timedelta(days=1))),
        ):  # fmt: skip
            await conn.execute(sql, *values)
    lent = await _lent(engines, me)
    ids = made | lent | {
        "dossier_id": dossier_id, "document_id": document, "staff_id": staff_id,
        "session_id": session.session_id, "report_id": await _report(engines, me),
        "agency_id": WARD,
        **await _written(engines, who, dossier_id),
        "complaint_id": await DossiersService(engines, plugin_id="track-dossier").complain(
            me, dossier_id, "late", "Trễ hẹn", key=str(uuid7())
        ),
    }  # fmt: skip
    return {name: str(value) for name, value in ids.items()} | {
        "code": BIRTH, "category": "lighting", "step_id": "applicant", "kind": "refuse",
        "link": "x" * 43, "agency_code": agency,
    }  # fmt: skip


async def _written(engines: Engines, who: Everybody, dossier_id: UUID) -> dict[str, UUID]:
    """What the officer has written: a note on the dossier, a template of reasons."""
    staff_id, template_id = who.people["officer"], uuid7()
    officer = StaffMember(staff_id=staff_id, session_id=uuid7(), agencies={"officer": (WARD,)})
    service = DossiersService(engines, plugin_id="track-dossier")
    note_id = await service.write_note(officer, dossier_id, "Đã gọi", key=str(uuid7()))
    async with db.transaction(engines.pool) as conn:
        await conn.execute(
            "insert into reason_template (template_id, line_id, version, agency_id, title, body,"
            " acts, made_at, made_by) values ($1, $1, 1, $2, 'Sai', 'Sai', '{refuse}', $3, $4)",
            *(template_id, WARD, engines.clock.now(), staff_id),
        )
    return {"note_id": note_id, "template_id": template_id}


async def _lent(engines: Engines, me: Person) -> dict[str, UUID]:
    """What the owner offers, is offered, and may see of somebody new."""
    other = Person(citizen_id=await _citizen(engines, "32002"), assurance=1, session_id=uuid7())
    dossier_id = (await file(engines, other)).dossier_id
    made = {name: uuid7() for name in ("delegation_id", "offer_id", "right_id")}
    own, theirs = me.citizen_id, other.citizen_id
    now = engines.clock.now()
    async with db.transaction(engines.pool) as conn:
        for name, owner, relative, state in (
            ("delegation_id", own, theirs, "offered"),
            ("offer_id", theirs, own, "offered"),
            ("right_id", theirs, own, "accepted"),
        ):
            taken = state == "accepted"
            await conn.execute(
                "insert into delegation (delegation_id, owner_id, relative_phone_enc,"
                " relative_phone_idx, relative_id, scope, tells, state, offered_at, until,"
                " answered_at) values ($1, $2, $3, $4, $5, 'act', false, $6, $7, $8, $9)",
                made[name],
                owner,
                engines.vault.seal_text("delegation|relative_phone", made[name], "0912345678"),
                relative.bytes,
                relative if taken else None,
                state,
                now,
                now + timedelta(days=1),
                now if taken else None,
            )
    return made | {"relatives_dossier_id": dossier_id}


async def file(engines: Engines, me: Person) -> Submission:
    """A dossier at the ward's committee."""
    procedure = await ProceduresService(engines).get(BIRTH)
    answers = {
        one.name: one.options[0].value if one.type == "choice" else VALID[one.type]
        for one in procedure.form_fields
        if one.type != "file"
    }
    asked = [one.id for one in procedure.components if one.uploaded]
    asked += [one.name for one in procedure.form_fields if one.type == "file"]
    papers = {place: [await checked_file(engines, me.citizen_id, place)] for place in asked}
    return await DossiersService(engines, plugin_id="submit-dossier").submit(
        me,
        BIRTH,
        answers,
        papers,
        key=str(uuid7()),
        conditions=dict.fromkeys(procedure.conditions(), True),
    )


async def _report(engines: Engines, me: Person) -> UUID:
    """A report from the ward, without photos."""
    report_id, at = uuid7(), engines.clock.now()
    tables = PluginDatabase(engines, "field-report")
    sealed = {name: tables.seal(name, report_id, "Đèn tắt") for name in ("said", "place")}
    async with tables.transaction() as tx:
        await tx.run(
            "insert into report (report_id, code, citizen_id, agency_id, commune_code, category,"
            " state, said_enc, place_enc, filed_at)"
            " values ($1, $2, $3, $4, '32002', 'lighting', 'received', $5, $6, $7)",
            *(report_id, f"PA-{report_id}", me.citizen_id, WARD, *sealed.values(), at),
        )
    return report_id
