"""A year of counters at every commune, as many acts would have left them: boards with figures."""

import asyncpg

FILL = """
    with months as (
        select (date_trunc('month', $1::timestamptz at time zone 'Asia/Ho_Chi_Minh')
                - by * interval '1 month')::date as month, by
        from generate_series(1, 11) as by
    ), seats as (
        select agency_id, row_number() over (order by code)::int as n
        from agency where kind = 'people_committee'
    ), told as (
        select month, agency_id, code as procedure_code, rank,
               (17 + n * 7 + by * 3 + rank * 11) % 60 as accepted, (n + by + rank) % 7 as late
        from months, seats,
            (select code, row_number() over (order by code)::int as rank
             from procedure order by code limit $2) as procedures
    )
    insert into dossier_count (month, agency_id, procedure_code, channel, filed, accepted,
                               on_time, late, digitised, judged_in_time, judged_late)
    select month, agency_id, procedure_code, 2, accepted + rank % 3, accepted,
           greatest(accepted - late, 0), late, accepted, greatest(accepted - late, 0), late
    from told on conflict do nothing
"""
RATED = """
    insert into rating_counter (month, agency_id, procedure_code, rated, satisfied)
    select month, agency_id, procedure_code, greatest(on_time / 3, 1), on_time / 3
    from dossier_count where on_time > 3 on conflict do nothing
"""
PENDING = """
    insert into dossier_pending (agency_id, procedure_code, channel, pending)
    select agency_id, procedure_code, 2, max(accepted) / 2 from dossier_count
    where filed > 1 group by 1, 2 on conflict do nothing
"""


async def fill(conn: "asyncpg.Connection[asyncpg.Record]", now: object, procedures: int) -> None:
    """Eleven months before the one of `now`; what happens in this month is not touched."""
    await conn.execute("set search_path = core, public")
    await conn.execute(FILL, now, procedures)
    await conn.execute(RATED)
    await conn.execute(PENDING)
