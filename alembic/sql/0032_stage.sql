-- What the desk has to do with a dossier (docs/adr/0031-stage.md). A request for papers that was
-- answered stays status 5 until the officer decides, but nobody waits for the person any more.
alter table core.dossier add column supplied boolean not null default false;
update core.dossier d set supplied = true
where d.status = 5 and (
    select supplemented_at from core.supplement s where s.dossier_id = d.dossier_id
    order by requested_at desc limit 1
) is not null;
alter table core.dossier add column stage smallint not null generated always as (
    case when status <> 5 or not supplied then status when accepted_at is null then 1 else 4 end
) stored;

-- As before (0011, 0022, 0028, 0030), by the stage.
drop index core.dossier_open;
create index dossier_open on core.dossier (agency_id, stage, due_at)
    include (handler_id, procedure_code) where stage in (1, 2, 4, 5, 6, 9);
drop index core.dossier_held;
create index dossier_held on core.dossier (handler_id, stage)
    include (agency_id, handling_agency_id, due_at)
    where handler_id is not null and stage in (1, 2, 4, 5, 6, 9);
drop index core.dossier_due;
create index dossier_due on core.dossier
    (agency_id,
     (case when stage in (2, 4) then coalesce(due_at, timestamptz '9999-01-01Z')
           else timestamptz '9999-01-01Z' end), dossier_id)
    where stage in (1, 2, 4, 5, 6, 9);
drop index core.dossier_new;
create index dossier_new on core.dossier
    (agency_id,
     (case when stage in (2, 4) then coalesce(due_at, timestamptz '9999-01-01Z')
           else timestamptz '9999-01-01Z' end), dossier_id)
    where stage = 1;
drop index core.dossier_nobody;
create index dossier_nobody on core.dossier
    (agency_id,
     (case when stage in (2, 4) then coalesce(due_at, timestamptz '9999-01-01Z')
           else timestamptz '9999-01-01Z' end), dossier_id)
    where handler_id is null and stage in (1, 2, 4, 5, 6, 9);
drop index core.dossier_elsewhere;
create index dossier_elsewhere on core.dossier (handling_agency_id, stage, due_at)
    where handling_agency_id <> agency_id;
drop index core.dossier_unwarned;
create index dossier_unwarned on core.dossier (due_at)
    where stage in (2, 4) and warned_due_at is distinct from due_at;
drop index core.dossier_silent;
create index dossier_silent on core.dossier (due_at)
    where stage in (2, 4)
      and (told_for is distinct from greatest(due_at, appointed_at) or told_level < 2);
drop index core.dossier_told;
create index dossier_told on core.dossier using gin (told) where stage in (2, 4) and told <> '{}';
-- KPI 766 judges by the status, what is overdue goes by the stage.
drop index core.dossier_handled;
create index dossier_handled on core.dossier (handling_agency_id, status, due_at)
    include (accepted_at, dossier_id, stage) where status in (2, 4, 5, 6);
