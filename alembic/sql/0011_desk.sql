-- The officer's queue reads open rows only; what is done, and what is found by a name, is read
-- newest first. An agency that handles what another one receives is the rare case.
drop index core.dossier_queue;
create index dossier_open on core.dossier (agency_id, status, due_at)
    include (handler_id, procedure_code) where status in (1, 2, 4, 5, 6, 9);
create index dossier_agency on core.dossier
    (agency_id, (coalesce(finished_at, submitted_at)) desc, dossier_id desc);
create index dossier_elsewhere on core.dossier (handling_agency_id, status)
    where handling_agency_id <> agency_id;

-- The promised time of which the desk has been warned; another one after a pause is told again.
alter table core.dossier add column warned_due_at timestamptz;
create index dossier_running on core.dossier (due_at) where status in (2, 4);

-- What an agency's desk is told: the handler of the dossier if there is one, else everybody with a
-- desk role there. `args` hold codes and names of procedures, never personal data. Rows older than
-- ninety days are removed.
create table core.desk_notice (
    notice_id uuid primary key,
    event_id uuid not null,
    agency_id uuid not null references core.agency,
    staff_id uuid references core.staff,
    dossier_id uuid not null references core.dossier,
    template text not null,
    args jsonb not null default '{}',
    created_at timestamptz not null,
    unique (event_id, agency_id)
);
create index desk_notice_agency on core.desk_notice (agency_id, notice_id desc);
create index desk_notice_age on core.desk_notice (created_at);

-- Reading is each person's own.
create table core.desk_notice_read (
    staff_id uuid not null references core.staff,
    notice_id uuid not null references core.desk_notice on delete cascade,
    read_at timestamptz not null,
    primary key (staff_id, notice_id)
);
create index desk_notice_read_notice on core.desk_notice_read (notice_id);
