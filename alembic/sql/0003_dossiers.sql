-- Catalogue, files, dossiers.
create table core.procedure (
    code text not null,
    valid_from date not null,
    valid_until date,
    body jsonb not null,
    source text not null,
    imported_at timestamptz not null,
    primary key (code, valid_from),
    exclude using gist (code with =, daterange(valid_from, valid_until) with &&)
);

-- Who receives and who handles a procedure from a commune (null: from anywhere in the province).
create table core.procedure_agency (
    procedure_code text not null,
    commune_code text references core.commune,
    receiving_agency_id uuid not null references core.agency,
    handling_agency_id uuid not null references core.agency,
    valid_from date not null,
    valid_until date,
    status text not null check (status in ('verified', 'assumed', 'fallback')),
    source text not null
);
create unique index procedure_agency_now on core.procedure_agency
    (procedure_code, coalesce(commune_code, '')) where valid_until is null;

-- Files. Under `incoming/` until `complete` has read and checked them; the version is pinned.
create table core.document (
    document_id uuid primary key,
    owner_id uuid not null,
    purpose text not null,
    object_key text not null unique,
    version_id text,
    file_name_enc bytea not null,
    size bigint not null,
    media_type text not null,
    sha256 bytea,
    state text not null check (state in ('incoming', 'checked', 'clean', 'refused')),
    refused_why text,
    created_at timestamptz not null,
    checked_at timestamptz
);
create index document_owner on core.document (owner_id, created_at);

create table core.draft (
    draft_id uuid primary key,
    citizen_id uuid not null references core.citizen,
    procedure_code text not null,
    answers_enc bytea not null,
    documents jsonb not null default '{}',
    updated_at timestamptz not null,
    unique (citizen_id, procedure_code)
);

create table core.dossier_counter (
    agency_id uuid not null references core.agency,
    day date not null,
    last integer not null,
    primary key (agency_id, day)
);

create table core.dossier (
    dossier_id uuid primary key,
    code text not null unique,
    citizen_id uuid not null references core.citizen,
    agency_id uuid not null references core.agency,
    handling_agency_id uuid not null references core.agency,
    procedure_code text not null,
    procedure_valid_from date not null,
    plugin_id text,
    status smallint not null check (status between 1 and 10),
    version integer not null default 1,
    submitted_at timestamptz not null,
    accepted_at timestamptz,
    due_at timestamptz,
    finished_at timestamptz,
    handler_id uuid references core.staff,
    answers_enc bytea not null,
    applicant_name_enc bytea not null,
    applicant_words bytea[] not null,
    pin_enc bytea not null,
    foreign key (procedure_code, procedure_valid_from) references core.procedure (code, valid_from)
);
create index dossier_citizen on core.dossier (citizen_id, submitted_at desc, dossier_id desc);
create index dossier_queue on core.dossier
    (agency_id, status, due_at, submitted_at, dossier_id);
create index dossier_words on core.dossier using gin (applicant_words);

create table core.dossier_document (
    dossier_id uuid not null references core.dossier,
    document_id uuid not null references core.document,
    component_id text not null,
    -- paper: sent by the citizen, at filing or as supplement; result: made by the agency.
    part text not null default 'paper' check (part in ('paper', 'result')),
    primary key (dossier_id, document_id, component_id)
);

-- A request for papers (form 02) and its answer. `ended_at` ends the pause of the clock: the
-- citizen's answer, or the officer's decision when none came.
create table core.supplement (
    supplement_id uuid primary key,
    dossier_id uuid not null references core.dossier,
    requested_at timestamptz not null,
    requested_by uuid not null references core.staff,
    reason_enc bytea not null,
    supplemented_at timestamptz,
    ended_at timestamptz
);
create index supplement_dossier on core.supplement (dossier_id, requested_at);
create unique index supplement_open on core.supplement (dossier_id) where ended_at is null;

-- Wrong lookups by code and PIN; rows older than a day are removed.
create table core.pin_failure (
    code_idx bytea not null,
    source_idx bytea not null,
    at timestamptz not null
);
create index pin_failure_code on core.pin_failure (code_idx, at);
create index pin_failure_age on core.pin_failure (at);

-- The append-only story of a dossier; `note_enc` is what a person wrote.
create table core.dossier_event (
    dossier_id uuid not null references core.dossier,
    seq integer not null,
    at timestamptz not null,
    kind text not null,
    status smallint not null,
    actor_kind text not null check (actor_kind in ('citizen', 'staff', 'system')),
    actor_id uuid,
    agency_id uuid references core.agency,
    note_enc bytea,
    primary key (dossier_id, seq)
);
