-- Officers' mistakes: undo, correction, reopening; and the request for a payment (status 6).

-- A fee or tax to be paid before the office goes on; the clock stands still until `ended_at`, by a
-- rule of this project. `proof_enc` is what the officer saw: a receipt's number.
create table core.payment_request (
    payment_id uuid primary key,
    dossier_id uuid not null references core.dossier,
    requested_at timestamptz not null,
    requested_by uuid not null references core.staff,
    amount_vnd bigint not null check (amount_vnd between 1 and 10000000000),
    reason_enc bytea not null,
    paid_at timestamptz,
    proof_enc bytea,
    ended_at timestamptz,
    check ((paid_at is null) = (proof_enc is null))
);
create index payment_request_dossier on core.payment_request (dossier_id, requested_at);
create unique index payment_request_open on core.payment_request (dossier_id)
    where ended_at is null;

-- `reverts`: the entry that this one takes back. An act is undone by `undone`, an end by `reopened`.
alter table core.dossier_event
    add column reverts integer,
    add foreign key (dossier_id, reverts) references core.dossier_event (dossier_id, seq);
create unique index dossier_event_reverts on core.dossier_event (dossier_id, reverts)
    where reverts is not null;

-- What an officer's act has changed, as long as it may be undone, and for a day after: its event
-- is not delivered before `until` (`left_at`), and never when it was undone. `version` is that of
-- the dossier after the act; the members from `status` on are those of the row before it.
create table core.dossier_undo (
    dossier_id uuid not null references core.dossier,
    version integer not null,
    seq integer not null,
    event_id uuid not null unique,
    staff_id uuid not null references core.staff,
    at timestamptz not null,
    until timestamptz not null,
    looked_at timestamptz,
    left_at timestamptz,
    undone_at timestamptz,
    begun_id uuid,
    ended_id uuid,
    added uuid[] not null default '{}',
    status smallint not null,
    handler_id uuid,
    accepted_at timestamptz,
    due_at timestamptz,
    finished_at timestamptz,
    primary key (dossier_id, version)
);

-- What officers have put right. The old words stay in their entry of the timeline, an old result
-- among the files of the dossier with the time when it was replaced; why is the note of entry `seq`.
create table core.dossier_correction (
    dossier_id uuid not null references core.dossier,
    seq integer not null,
    what text not null check (what in ('note', 'result', 'channel')),
    of_seq integer,
    text_enc bytea,
    was_channel smallint,
    at timestamptz not null,
    primary key (dossier_id, seq),
    check ((what = 'note') = (of_seq is not null and text_enc is not null)),
    check ((what = 'channel') = (was_channel is not null))
);
create index dossier_correction_entry on core.dossier_correction (dossier_id, of_seq, seq);
revoke update, delete on core.dossier_correction from camaug_core;
alter table core.dossier_document add column replaced_at timestamptz;

-- As before (0028), with what waits for a payment: its promise, too, moves with a late decree.
drop index core.dossier_promised;
create index dossier_promised on core.dossier (dossier_id)
    where status in (2, 4, 5, 6) and due_at is not null;

-- As before (0021), without what was taken back: an act that was undone never happened, and an end
-- that was reopened is none, in the month in which it was counted. The last end counts, as in 766.
create or replace view core.dossier_tally as
with story as (
    select d.dossier_id, d.procedure_code, d.channel, d.accepted_at, d.due_at,
           d.first_handling_agency_id, e.seq, e.at, e.kind, e.agency_id,
           count(*) filter (where e.kind = 'sent_on')
               over (partition by d.dossier_id order by e.seq) as hops,
           count(*) filter (where e.kind = 'supplement_requested')
               over (partition by d.dossier_id order by e.seq) as requests
    from core.dossier d join core.dossier_event e using (dossier_id)
    where not exists (select from core.dossier_event r
                      where r.dossier_id = e.dossier_id and r.reverts = e.seq)
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
