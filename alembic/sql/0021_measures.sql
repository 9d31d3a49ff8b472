-- How a dossier came (KPI 766: 1 at the counter, 2 online, 3 by post), and the agency that was to
-- handle it when it was filed: to be sent on overwrites the two agencies of the row.
alter table core.dossier
    add column channel smallint not null default 2 check (channel in (1, 2, 3)),
    add column first_handling_agency_id uuid references core.agency;
update core.dossier d set first_handling_agency_id = coalesce(
    (select s.agency_id from core.dossier_event s where s.dossier_id = d.dossier_id
         and s.kind = 'submitted'
         and exists (select from core.dossier_event e
                     where e.dossier_id = d.dossier_id and e.kind = 'sent_on')
     limit 1),
    d.handling_agency_id);
alter table core.dossier alter column first_handling_agency_id set not null;

-- What is open, by the agency that handles it: the figures of its leaders.
create index dossier_handled on core.dossier (handling_agency_id, status, due_at)
    include (procedure_code) where status in (2, 4, 5, 6);

-- What each entry of a timeline counts, and for which agency; being sent on counts for two. The
-- counters below add up these rows, and a recount is their sum: there is no second definition.
-- `month` is that of the entry at Cà Mau. In time as the verdicts of KPI 766 say: ended by the
-- promised time and with at most one request for a supplement; `unlimited` was promised no time.
-- `judged_*` are all that ended after acceptance; `on_time` and `late` only what has a result.
create view core.dossier_tally as
with story as (
    select d.dossier_id, d.procedure_code, d.channel, d.accepted_at, d.due_at,
           d.first_handling_agency_id, e.seq, e.at, e.kind, e.agency_id,
           count(*) filter (where e.kind = 'sent_on')
               over (partition by d.dossier_id order by e.seq) as hops,
           count(*) filter (where e.kind = 'supplement_requested')
               over (partition by d.dossier_id order by e.seq) as requests
    from core.dossier d join core.dossier_event e using (dossier_id)
), held as (
    select story.*, coalesce(
        first_value(case when kind = 'sent_on' then agency_id end)
            over (partition by dossier_id, hops order by seq), first_handling_agency_id) as holder
    from story
), moved as (
    select held.*, lag(holder) over (partition by dossier_id order by seq) as before from held
), judged as (
    select moved.*,
        kind in ('completed', 'withdrawn', 'stopped') and accepted_at is not null as counts,
        case when requests > 1 then false when due_at is not null then at <= due_at end as in_time
    from moved
)
select dossier_id, seq, date_trunc('month', at at time zone 'Asia/Ho_Chi_Minh')::date as month,
       side.agency_id, procedure_code, channel,
       (kind = 'submitted')::int as filed,
       (kind = 'accepted')::int as accepted,
       (kind = 'completed' and in_time is true)::int as on_time,
       (kind = 'completed' and in_time is false)::int as late,
       (kind = 'completed' and in_time is null)::int as unlimited,
       (kind = 'refused')::int as refused,
       (kind = 'withdrawn')::int as withdrawn,
       (kind = 'stopped')::int as stopped,
       side.sent_in, side.sent_out,
       (kind = 'completed' and exists (
           select from core.dossier_document p
           where p.dossier_id = judged.dossier_id and p.part = 'paper'))::int as digitised,
       (counts and in_time is true)::int as judged_in_time,
       (counts and in_time is false)::int as judged_late,
       (kind = 'submitted')::int + side.sent_in - side.sent_out
           - (kind in ('completed', 'refused', 'withdrawn', 'stopped'))::int as pending
from judged cross join lateral (
    select holder as agency_id, (kind = 'sent_on')::int as sent_in, 0 as sent_out
    where kind in ('submitted', 'accepted', 'completed', 'refused', 'withdrawn', 'stopped')
       or kind = 'sent_on' and before <> holder
    union all
    select before, 0, 1 where kind = 'sent_on' and before <> holder
) side;

-- Added up by the transactions of the acts themselves, so that a board reads no dossier.
create table core.dossier_count (
    month date not null check (extract(day from month) = 1),
    agency_id uuid not null references core.agency,
    procedure_code text not null,
    channel smallint not null,
    filed integer not null default 0,
    accepted integer not null default 0,
    on_time integer not null default 0,
    late integer not null default 0,
    unlimited integer not null default 0,
    refused integer not null default 0,
    withdrawn integer not null default 0,
    stopped integer not null default 0,
    sent_in integer not null default 0,
    sent_out integer not null default 0,
    digitised integer not null default 0,
    judged_in_time integer not null default 0,
    judged_late integer not null default 0,
    primary key (month, agency_id, procedure_code, channel)
);

-- What has no result yet and was not ended otherwise, now: a sum over all months, kept.
create table core.dossier_pending (
    agency_id uuid not null references core.agency,
    procedure_code text not null,
    channel smallint not null,
    pending integer not null,
    primary key (agency_id, procedure_code, channel)
);

insert into core.dossier_count
select month, agency_id, procedure_code, channel, sum(filed), sum(accepted), sum(on_time),
       sum(late), sum(unlimited), sum(refused), sum(withdrawn), sum(stopped), sum(sent_in),
       sum(sent_out), sum(digitised), sum(judged_in_time), sum(judged_late)
from core.dossier_tally group by 1, 2, 3, 4;
insert into core.dossier_pending
select agency_id, procedure_code, channel, sum(pending)
from core.dossier_tally group by 1, 2, 3;

revoke insert, update, delete on core.dossier_tally from camaug_core;
revoke delete on core.dossier_count, core.dossier_pending from camaug_core;
