-- A province that has used the app for three years: `growth.count` dossiers, four entries of the
-- timeline each. Each paragraph is one statement; its comment is what the bench says meanwhile.
-- Ages are counted back from `growth.at`, the moment in which everything was made. `growth.r` is
-- chance that is the same every time. What is sealed is one value of the right shape for all.

create schema growth;

create function growth.r(n bigint, seed int, below int) returns int language sql immutable parallel safe
as $$ select (abs(hashint8extended(n, seed) % 1000003) % below)::int $$;

create table growth.made as
select $1::int as dossiers, $2::timestamptz as at, decode(
    '0100000001' || substr(md5('nonce'), 1, 24) || repeat(md5('sealed'), 6), 'hex') as sealed;

-- partitions of three years
do $$
declare
    first timestamptz;
    parent text;
begin
    perform core.make_partitions(2);
    foreach parent in array array['audit', 'notice'] loop
        for back in 0 .. 38 loop
            first := date_trunc('month', (select at from growth.made)) + interval '2 months'
                - back * interval '1 month';
            execute format(
                'create table if not exists core.%I partition of core.%I for values from (%L) to (%L)',
                parent || to_char(first, '_YYYY_MM'), parent, first, first + interval '1 month');
        end loop;
    end loop;
end $$;

-- communes by size: the largest has about forty times a hundredth
create table growth.seat as
with sized as (
    select agency_id, code, 1 / power(row_number() over (order by md5(code)) + 4, 0.6) as weight
    from core.agency where kind = 'people_committee' and commune_code is not null
)
select agency_id, code, weight / sum(weight) over () as share,
       sum(weight) over (order by weight desc) / sum(weight) over () as upto
from sized;

create table growth.seat_slot as
select slot, seat.* from generate_series(0, 9999) slot cross join lateral (
    select agency_id, code, 8 + (40 * share / 0.05)::int as officers from growth.seat
    where upto > slot / 10000.0 or upto > 0.99999 order by upto limit 1) seat;

create table growth.elsewhere as
select agency_id, row_number() over (order by code) - 1 as slot from core.agency
where commune_code is null and valid_until is null order by code limit 10;

create table growth.procedure_slot as
with sized as (
    select code, valid_from, 1.0 / row_number() over (order by md5(code)) as weight
    from core.procedure where valid_until is null
), summed as (
    select *, sum(weight) over (order by weight desc) / sum(weight) over () as upto from sized
)
select slot, one.* from generate_series(0, 4999) slot cross join lateral (
    select code, valid_from from summed
    where upto > slot / 5000.0 or upto > 0.99999 order by upto limit 1) one;

create table growth.desk as
select agency_id, k as place, gen_random_uuid() as staff_id
from (select distinct agency_id, officers from growth.seat_slot) seat, generate_series(0, officers) k;

insert into core.staff (staff_id, login, password_hash, full_name, created_at)
select staff_id, 'growth.' || row_number() over (order by staff_id), 'none', 'Người ' || place, at
from growth.desk, growth.made;

insert into core.assignment (assignment_id, staff_id, agency_id, role, valid_from)
select gen_random_uuid(), staff_id, agency_id, case when place = 0 then 'leader' else 'officer' end,
       at - interval '3 years' from growth.desk, growth.made;

-- citizens
insert into core.citizen (citizen_id, phone_enc, phone_idx, created_at, updated_at)
select ('01800000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, sealed,
       decode(md5('phone' || n), 'hex'), at - interval '3 years', at
from growth.made, generate_series(1, dossiers / 5 + 1) n;

-- dossiers
insert into core.dossier (dossier_id, code, citizen_id, agency_id, handling_agency_id,
    first_handling_agency_id, procedure_code, procedure_valid_from, plugin_id, status, version,
    submitted_at, accepted_at, due_at, finished_at, handler_id, answers_enc, applicant_name_enc,
    applicant_words, pin_enc, warned_due_at, supplied)
select (lpad(to_hex((extract(epoch from filed.at) * 1000)::bigint), 12, '0') || '70008000'
            || lpad(to_hex(n), 12, '0'))::uuid,
    seat.code || '-' || to_char(filed.at, 'YYMMDD') || '-' || lpad(n::text, 7, '0'),
    ('01800000-0000-7000-8000-'
        || lpad(to_hex(1 + growth.r(n, 1, 1000003)::bigint * (dossiers / 5) / 1000003), 12, '0'))::uuid,
    seat.agency_id, coalesce(other.agency_id, seat.agency_id), seat.agency_id, p.code, p.valid_from,
    'submit-dossier', stage.status, 3, filed.at, times.accepted_at, times.due_at,
    case when stage.status in (3, 7, 8, 9, 10) then least(
        filed.at + age.d * interval '14 hours',
        filed.at + (1 + growth.r(n, 2, 11) + case when growth.r(n, 3, 10) = 0 then 15 else 0 end)
            * interval '1 day') end,
    case when stage.status > 1 or growth.r(n, 4, 4) = 0 then desk.staff_id end,
    sealed || sealed || sealed, sealed,
    array[decode(md5('family' || growth.r(n, 5, 40)), 'hex'),
          decode(md5('middle' || growth.r(n, 6, 300)), 'hex'),
          decode(md5('given' || growth.r(n, 7, 2000)), 'hex')],
    sealed, case when times.due_at < made.at then times.due_at end,
    stage.status = 5 and growth.r(n, 14, 3) = 0
from growth.made
cross join generate_series(1, dossiers) n
cross join lateral (select (dossiers - n) * 1095.0 / dossiers as d) age
cross join lateral (select made.at - age.d * interval '1 day' as at) filed
cross join lateral (
    select (case
        when age.d < 2 then case when chance < 700 then 1 else 2 end
        when age.d < 13 then case when chance < 450 then 2 when chance < 600 then 4
            when chance < 680 then 5 when chance < 700 then 6 when chance < 780 then 9
            when chance < 960 then 10 else 3 end
        else case when chance < 3 then 2 when chance < 5 then 4 when chance < 8 then 5
            when chance < 9 then 6 when chance < 22 then 9 when chance < 60 then 3
            when chance < 80 then 7 when chance < 90 then 8 else 10 end end)::smallint as status
    from (select growth.r(n, 8, 1000) as chance) drawn) stage
cross join lateral (
    select case when stage.status not in (1, 3) then filed.at + interval '1 day' end as accepted_at,
           case when stage.status not in (1, 3) then filed.at + interval '13 days' end as due_at) times
join growth.seat_slot seat on seat.slot = growth.r(n, 9, 10000)
join growth.procedure_slot p on p.slot = growth.r(n, 10, 5000)
join growth.desk desk on desk.agency_id = seat.agency_id
    and desk.place = 1 + growth.r(n, 11, seat.officers)
left join growth.elsewhere other on growth.r(n, 12, 50) = 0 and other.slot = growth.r(n, 13, 10)
order by n;

-- timelines, in the order in which they were written
insert into core.dossier_event (dossier_id, seq, at, kind, status, actor_kind, actor_id, agency_id)
select dossier_id, row_number() over (partition by dossier_id order by told.at, told.place),
       told.at, told.kind, told.status, told.who, told.actor_id, d.agency_id
from core.dossier d cross join growth.made cross join lateral (values
    (1, d.submitted_at, 'submitted', 1, 'citizen', d.citizen_id),
    (2, d.accepted_at, 'accepted', 2, 'staff', d.handler_id),
    (3, d.accepted_at + interval '3 hours', 'processed', 4, 'staff', d.handler_id),
    (4, case when growth.r(hashtext(d.code), 20, 100) < 8 then d.accepted_at + interval '1 day' end,
        'supplement_requested', 5, 'staff', d.handler_id),
    (5, case when growth.r(hashtext(d.code), 20, 100) < 8 and (d.status <> 5 or d.supplied)
             then d.accepted_at + interval '3 days' end, 'supplied', 4, 'citizen', d.citizen_id),
    (6, d.finished_at, case d.status when 3 then 'refused' when 7 then 'withdrawn'
                       when 8 then 'stopped' else 'completed' end, 9, 'staff', d.handler_id)
) told (place, at, kind, status, who, actor_id)
where told.at <= made.at order by told.at;

-- files
insert into core.document (document_id, owner_id, purpose, object_key, file_name_enc, size,
                           media_type, state, created_at, checked_at)
select md5(code)::uuid, citizen_id, 'paper', 'growth/' || code, sealed, 100000, 'image/jpeg', 'clean',
       submitted_at, submitted_at
from core.dossier, growth.made;

insert into core.dossier_document (dossier_id, document_id, component_id)
select dossier_id, md5(code)::uuid, '1' from core.dossier;

-- supplements, hand-overs, apologies, escalations
insert into core.supplement (supplement_id, dossier_id, requested_at, requested_by, reason_enc,
                             supplemented_at, ended_at)
select gen_random_uuid(), dossier_id, accepted_at + interval '1 day', handler_id, sealed,
       case when status <> 5 or d.supplied then accepted_at + interval '3 days' end,
       case when status <> 5 or d.supplied then accepted_at + interval '3 days' end
from core.dossier d, growth.made
where accepted_at is not null and (status = 5 or growth.r(hashtext(d.code), 20, 100) < 8);

insert into core.handover (handover_id, dossier_id, from_agency_id, from_staff_id, to_agency_id,
                           handed_at, due_at, received_at, received_by)
select gen_random_uuid(), dossier_id, first_handling_agency_id, handler_id, handling_agency_id,
       accepted_at + interval '2 hours', due_at, accepted_at + interval '4 hours', handler_id
from core.dossier d
where accepted_at is not null
  and (handling_agency_id <> agency_id or growth.r(hashtext(d.code), 21, 100) < 8);

insert into core.dossier_escalation (dossier_id, promised_at, level, agency_id, at)
select dossier_id, due_at, level, case level when 1 then handling_agency_id else parent_id end,
       due_at + level * interval '2 days'
from growth.made cross join core.dossier d
join core.agency a on a.agency_id = handling_agency_id cross join generate_series(1, 2) level
where accepted_at is not null and (level = 1 or parent_id is not null)
  and due_at + level * interval '2 days' < coalesce(finished_at, made.at);

-- leaders told
update core.dossier d set told = s.told, told_for = s.promised_at, told_level = s.level
from (
    select distinct on (dossier_id) dossier_id, promised_at, level,
           array_agg(agency_id) over (partition by dossier_id) as told
    from core.dossier_escalation order by dossier_id, promised_at desc, level desc
) s where s.dossier_id = d.dossier_id and d.status in (2, 4, 5);

-- ratings, complaints, relatives
insert into core.dossier_rating (dossier_id, rating, agency_id, procedure_code, month, rated_at)
select dossier_id, 1 + growth.r(hashtext(code), 22, 5), handling_agency_id, procedure_code,
       date_trunc('month', finished_at at time zone 'Asia/Ho_Chi_Minh')::date, finished_at
from core.dossier where status = 10 and growth.r(hashtext(code), 23, 5) = 0;

insert into core.rating_counter (month, agency_id, procedure_code, rated, satisfied)
select month, agency_id, procedure_code, count(*), count(*) filter (where rating > 3)
from core.dossier_rating group by 1, 2, 3;

insert into core.complaint (complaint_id, number, dossier_id, citizen_id, agency_id, kind, state,
    text_enc, answer_enc, upheld, opened_at, answered_at, ended_at)
select gen_random_uuid(), 'G-' || code, dossier_id, citizen_id, handling_agency_id, 'late',
       case when fresh then 'open' else 'answered' end, sealed, case when not fresh then sealed end,
       case when not fresh then 'no' end, finished_at,
       case when not fresh then finished_at + interval '5 days' end, null
from growth.made cross join lateral (
    select *, finished_at > made.at - interval '20 days' as fresh from core.dossier
    where finished_at is not null and growth.r(hashtext(code), 24, 500) = 0) d;

insert into core.delegation (delegation_id, owner_id, relative_phone_enc, relative_phone_idx,
    relative_id, scope, tells, state, offered_at, until, answered_at)
select gen_random_uuid(), c.citizen_id, c.phone_enc, c.phone_idx, o.citizen_id, 'view', true,
       'accepted', made.at - interval '30 days', made.at + interval '300 days', made.at
from growth.made cross join generate_series(1, dossiers / 5, 100) n
join core.citizen c on c.citizen_id = ('01800000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid
join core.citizen o on o.citizen_id = ('01800000-0000-7000-8000-' || lpad(to_hex(n + 1), 12, '0'))::uuid;

-- notices of citizens and desks
insert into core.notice (notice_id, citizen_id, seq, event_id, template, args, href, created_at)
select gen_random_uuid(), citizen_id, row_number() over (partition by citizen_id order by submitted_at),
       gen_random_uuid(), 'dossier.accepted', jsonb_build_object('code', code),
       '/apps/track-dossier/' || dossier_id, coalesce(accepted_at, submitted_at)
from core.dossier order by submitted_at;

insert into core.inbox (citizen_id, last_seq, unread)
select citizen_id, max(seq), count(*) from core.notice group by 1;

insert into core.desk_notice (notice_id, event_id, agency_id, dossier_id, template, args, created_at)
select dossier_id, gen_random_uuid(), agency_id, dossier_id, 'dossier.submitted', '{}', submitted_at
from core.dossier, growth.made where submitted_at > made.at - interval '90 days';

-- the audit
insert into core.audit (audit_id, at, actor_kind, actor_id, action, object_kind, object_id,
                        agency_id, detail)
select gen_random_uuid(), done.at, done.who, done.actor_id, done.action, 'dossier', dossier_id::text,
       agency_id, done.detail
from core.dossier d cross join growth.made cross join lateral (values
    (submitted_at, 'citizen', citizen_id, 'dossier.submitted', jsonb_build_object('code', code)),
    (submitted_at + interval '5 hours', 'staff', handler_id, 'dossier.opened', '{"role": "officer"}'),
    (finished_at, 'staff', handler_id, 'dossier.completed', '{"role": "officer"}')
) done (at, who, actor_id, action, detail)
where done.at <= made.at order by done.at;

-- counters
insert into core.dossier_count (month, agency_id, procedure_code, channel, filed, accepted, on_time,
    late, refused, withdrawn, stopped, judged_in_time, judged_late)
select month, agency_id, procedure_code, 2, sum(filed), sum(accepted), sum(on_time), sum(late),
       sum(refused), sum(withdrawn), sum(stopped), sum(on_time), sum(late)
from (
    select date_trunc('month', told.at at time zone 'Asia/Ho_Chi_Minh')::date as month,
           handling_agency_id as agency_id, procedure_code, told.*
    from core.dossier cross join lateral (values
        (submitted_at, 1, 0, 0, 0, 0, 0, 0), (accepted_at, 0, 1, 0, 0, 0, 0, 0),
        (finished_at, 0, 0, (status in (9, 10) and finished_at <= due_at)::int,
         (status in (9, 10) and finished_at > due_at)::int, (status = 3)::int, (status = 7)::int,
         (status = 8)::int)
    ) told (at, filed, accepted, on_time, late, refused, withdrawn, stopped)
    where told.at is not null
) counted group by 1, 2, 3;

insert into core.dossier_pending (agency_id, procedure_code, channel, pending)
select handling_agency_id, procedure_code, 2, count(*) filter (where status in (1, 2, 4, 5, 6))
from core.dossier group by 1, 2;
