"""Counters of dossiers (số liệu giải quyết hồ sơ): written with each act, counted anew on demand.

What an entry of the timeline counts is defined once, by the view `core.dossier_tally`. An act adds
the rows of its own entry; a recount adds up those of all entries. What is undone or reopened is
taken off where it was counted. Filing has the same sums within its one statement
(`filing.STATEMENT`).
"""

from datetime import date
from uuid import UUID

import msgspec

from camaug.dossiers import queries
from camaug.kernel import db


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """A counter that is not what its dossiers say. `month` None: what is pending now."""

    month: date | None
    agency_code: str
    procedure_code: str
    channel: int
    name: str
    kept: int
    counted: int


_COUNT = """
    with told as materialized (
        select month, agency_id, procedure_code, channel,
               $2 * sum(filed)::int as filed, $2 * sum(accepted)::int as accepted,
               $2 * sum(on_time)::int as on_time, $2 * sum(late)::int as late,
               $2 * sum(unlimited)::int as unlimited, $2 * sum(refused)::int as refused,
               $2 * sum(withdrawn)::int as withdrawn, $2 * sum(stopped)::int as stopped,
               $2 * sum(sent_in)::int as sent_in, $2 * sum(sent_out)::int as sent_out,
               $2 * sum(digitised)::int as digitised,
               $2 * sum(judged_in_time)::int as judged_in_time,
               $2 * sum(judged_late)::int as judged_late, $2 * sum(pending)::int as pending
        from dossier_tally
        where dossier_id = $1 and seq between $3 and $4
        group by month, agency_id, procedure_code, channel
        order by month, agency_id
    ), counted as (
        insert into dossier_count as kept (
            month, agency_id, procedure_code, channel, filed, accepted, on_time, late,
            unlimited, refused, withdrawn, stopped, sent_in, sent_out, digitised,
            judged_in_time, judged_late
        )
        select month, agency_id, procedure_code, channel, filed, accepted, on_time, late,
               unlimited, refused, withdrawn, stopped, sent_in, sent_out, digitised,
               judged_in_time, judged_late
        from told
        on conflict (month, agency_id, procedure_code, channel) do update set
            filed = kept.filed + excluded.filed,
            accepted = kept.accepted + excluded.accepted,
            on_time = kept.on_time + excluded.on_time,
            late = kept.late + excluded.late,
            unlimited = kept.unlimited + excluded.unlimited,
            refused = kept.refused + excluded.refused,
            withdrawn = kept.withdrawn + excluded.withdrawn,
            stopped = kept.stopped + excluded.stopped,
            sent_in = kept.sent_in + excluded.sent_in,
            sent_out = kept.sent_out + excluded.sent_out,
            digitised = kept.digitised + excluded.digitised,
            judged_in_time = kept.judged_in_time + excluded.judged_in_time,
            judged_late = kept.judged_late + excluded.judged_late
    ), waiting as (
        insert into dossier_pending as kept (agency_id, procedure_code, channel, pending)
        select agency_id, procedure_code, channel, sum(pending) from told
        group by agency_id, procedure_code, channel having sum(pending) <> 0 order by agency_id
        on conflict (agency_id, procedure_code, channel)
        do update set pending = kept.pending + excluded.pending
    )
    select
"""
_LAST = 2**31 - 1


async def add(conn: db.Conn, dossier_id: UUID) -> None:
    """Add what the last entry of the timeline counts; the last statement of an act.

    The counters stay locked until the transaction ends. Everybody locks the months before what is
    pending, and agencies in the order of their ids: nobody waits in a circle.
    """
    seq = await queries.last_seq(conn, dossier_id)
    await conn.execute(_COUNT, dossier_id, 1, seq, seq)


async def take_back(conn: db.Conn, dossier_id: UUID, seq: int) -> None:
    """Take off what that entry counts, in the month in which it was counted.

    Before the row changes and before the entry that reverts it is written: both decide what the
    entry counts.
    """
    await conn.execute(_COUNT, dossier_id, -1, seq, seq)


async def change_channel(conn: db.Conn, dossier_id: UUID, channel: int) -> None:
    """Count everything of a dossier by another channel from now on.

    Two at a time could wait for each other, since each locks the counters of two channels.
    """
    await db.lock(conn, "dossiers.channel")
    await conn.execute(_COUNT, dossier_id, -1, 0, _LAST)
    await db.run(conn, "update dossier set channel = $2 where dossier_id = $1", dossier_id, channel)
    await conn.execute(_COUNT, dossier_id, 1, 0, _LAST)


async def differences(conn: db.Conn) -> list[Difference]:
    """Every figure that a recount finds otherwise. Reads all dossiers."""
    return await db.many(
        conn,
        Difference,
        """
        with counted as (
            select month, agency_id, procedure_code, channel, figure.name, sum(figure.value) as n
            from dossier_tally t, lateral (values
                ('filed', filed), ('accepted', accepted), ('on_time', on_time), ('late', late),
                ('unlimited', unlimited), ('refused', refused), ('withdrawn', withdrawn),
                ('stopped', stopped), ('sent_in', sent_in), ('sent_out', sent_out),
                ('digitised', digitised), ('judged_in_time', judged_in_time),
                ('judged_late', judged_late)) as figure (name, value)
            group by 1, 2, 3, 4, 5
            union all
            select null, agency_id, procedure_code, channel, 'pending', sum(pending)
            from dossier_tally group by 2, 3, 4
        ), kept as (
            select month, agency_id, procedure_code, channel, figure.name, figure.value as n
            from dossier_count c, lateral (values
                ('filed', filed), ('accepted', accepted), ('on_time', on_time), ('late', late),
                ('unlimited', unlimited), ('refused', refused), ('withdrawn', withdrawn),
                ('stopped', stopped), ('sent_in', sent_in), ('sent_out', sent_out),
                ('digitised', digitised), ('judged_in_time', judged_in_time),
                ('judged_late', judged_late)) as figure (name, value)
            union all
            select null, agency_id, procedure_code, channel, 'pending', pending
            from dossier_pending
        ), both_sides as (
            select month, agency_id, procedure_code, channel, name, n as kept, 0 as counted
            from kept union all
            select month, agency_id, procedure_code, channel, name, 0, n from counted
        )
        select month, agency.code as agency_code, procedure_code, channel, name,
               sum(kept)::int as kept, sum(counted)::int as counted
        from both_sides join agency using (agency_id)
        group by month, agency.code, procedure_code, channel, name
        having sum(kept) <> sum(counted)
        order by 1 nulls last, 2, 3, 4, 5
        """,
    )


async def mend(conn: db.Conn) -> None:
    """Put every counter to what its dossiers say. No act is counted while it runs."""
    await conn.execute("lock table dossier_count, dossier_pending in share row exclusive mode")
    await conn.execute(
        """
        with none as (
            select month, agency_id, procedure_code, channel from dossier_count
        ), told as (
            select month, agency_id, procedure_code, channel, filed, accepted, on_time, late,
                   unlimited, refused, withdrawn, stopped, sent_in, sent_out, digitised,
                   judged_in_time, judged_late
            from dossier_tally
            union all select none.*, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 from none
        )
        insert into dossier_count (
            month, agency_id, procedure_code, channel, filed, accepted, on_time, late, unlimited,
            refused, withdrawn, stopped, sent_in, sent_out, digitised, judged_in_time, judged_late
        )
        select month, agency_id, procedure_code, channel, sum(filed), sum(accepted), sum(on_time),
               sum(late), sum(unlimited), sum(refused), sum(withdrawn), sum(stopped),
               sum(sent_in), sum(sent_out), sum(digitised), sum(judged_in_time), sum(judged_late)
        from told group by 1, 2, 3, 4
        on conflict (month, agency_id, procedure_code, channel) do update set
            filed = excluded.filed, accepted = excluded.accepted, on_time = excluded.on_time,
            late = excluded.late, unlimited = excluded.unlimited, refused = excluded.refused,
            withdrawn = excluded.withdrawn, stopped = excluded.stopped,
            sent_in = excluded.sent_in, sent_out = excluded.sent_out,
            digitised = excluded.digitised, judged_in_time = excluded.judged_in_time,
            judged_late = excluded.judged_late
        """
    )
    await conn.execute(
        """
        insert into dossier_pending (agency_id, procedure_code, channel, pending)
        select agency_id, procedure_code, channel, sum(pending)
        from (
            select agency_id, procedure_code, channel, pending from dossier_tally
            union all select agency_id, procedure_code, channel, 0 from dossier_pending
        ) told
        group by 1, 2, 3
        on conflict (agency_id, procedure_code, channel) do update set pending = excluded.pending
        """
    )
