-- What is said and done when a dossier is late, decrees that arrive late, and the real times.

-- The letter of apology with a new date (form 04), once a dossier; `promised_at` is what was promised
-- before. The original promise stays in `dossier.due_at`, by which lateness is counted.
create table core.dossier_apology (
    dossier_id uuid primary key references core.dossier,
    reason_enc bytea not null,
    promised_at timestamptz not null,
    appointed_at timestamptz not null,
    apologised_by uuid not null references core.staff,
    apologised_at timestamptz not null
);
alter table core.dossier add column appointed_at timestamptz;

-- Which leaders were told that nobody acts on a late dossier: 1 those of the agency that handles it,
-- 2 those of the agency above; once for each promised time.
create table core.dossier_escalation (
    dossier_id uuid not null references core.dossier,
    promised_at timestamptz not null,
    level smallint not null check (level in (1, 2)),
    agency_id uuid not null references core.agency,
    at timestamptz not null,
    primary key (dossier_id, promised_at, level)
);
create index dossier_escalation_agency on core.dossier_escalation (agency_id, dossier_id);
revoke update, delete on core.dossier_apology, core.dossier_escalation from camaug_core;

-- A notice for the holders of one role alone; null is for whoever works at the desk.
alter table core.desk_notice add column role text;

-- Days that are decreed after the seed. `after_dossier` is how far the promised dates have been
-- computed anew: each batch of dossiers moves it in its own transaction.
create table core.holiday_decree (
    decree_id uuid primary key,
    source text not null unique,
    digest bytea not null,
    days date[] not null,
    added_at timestamptz not null,
    after_dossier uuid,
    seen integer not null default 0,
    moved integer not null default 0,
    done_at timestamptz
);
alter table core.holiday
    add column decree_id uuid references core.holiday_decree,
    drop constraint holiday_kind_check,
    -- `ordinary` takes a day back: worked or not by its weekday alone.
    add constraint holiday_kind_check check (kind in ('holiday', 'makeup_workday', 'ordinary'));

-- How long an agency has really taken, in office minutes without pauses, and out of how many.
create table core.forecast (
    agency_id uuid not null references core.agency,
    procedure_code text not null,
    finished integer not null check (finished > 0),
    half_minutes integer not null,
    most_minutes integer not null check (most_minutes >= half_minutes),
    refreshed_at timestamptz not null,
    primary key (agency_id, procedure_code)
);
create index dossier_done on core.dossier (finished_at, dossier_id) where status in (9, 10);
