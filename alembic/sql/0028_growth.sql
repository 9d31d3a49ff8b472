-- What is read of millions of dossiers, measured by `./camaug bench growth` (docs/adr/0028-growth.md).

-- The first page of a desk in its order, however much is open there (dossiers/queue.py).
create index dossier_due on core.dossier
    (agency_id,
     (case when status in (2, 4) then coalesce(due_at, timestamptz '9999-01-01Z')
           else timestamptz '9999-01-01Z' end), dossier_id)
    where status in (1, 2, 4, 5, 6, 9);
-- The latest of what an agency handles for others.
create index dossier_elsewhere_new on core.dossier
    (handling_agency_id, (coalesce(finished_at, submitted_at)) desc, dossier_id desc)
    where handling_agency_id <> agency_id;
-- A code is looked for by its end.
create index dossier_ending on core.dossier (agency_id, reverse(code) text_pattern_ops);
create index dossier_elsewhere_ending on core.dossier
    (handling_agency_id, reverse(code) text_pattern_ops) where handling_agency_id <> agency_id;

-- What the worker looks for: each index holds what is still to be done, not all that is late.
drop index core.dossier_running;
create index dossier_unwarned on core.dossier (due_at)
    where status in (2, 4) and warned_due_at is distinct from due_at;
create index dossier_promised on core.dossier (dossier_id)
    where status in (2, 4, 5) and due_at is not null;

-- Whose leaders were ever told of a dossier, and the last step that was taken, for which promise.
-- They narrow down what is read; `dossier_escalation` holds the steps themselves.
alter table core.dossier
    add column told uuid[] not null default '{}',
    add column told_for timestamptz,
    add column told_level smallint;
update core.dossier d set told = s.told, told_for = s.promised_at, told_level = s.level
from (
    select distinct on (dossier_id) dossier_id, promised_at, level,
           array_agg(agency_id) over (partition by dossier_id) as told
    from core.dossier_escalation order by dossier_id, promised_at desc, level desc
) s where s.dossier_id = d.dossier_id and d.status in (2, 4, 5);
create index dossier_silent on core.dossier (due_at)
    where status in (2, 4)
      and (told_for is distinct from greatest(due_at, appointed_at) or told_level < 2);
create index dossier_told on core.dossier using gin (told) where status in (2, 4) and told <> '{}';
