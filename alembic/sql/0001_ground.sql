-- Communes, agencies, keys, audit, events, idempotency: what every feature leans on.
create schema core;

create table core.commune (
    code text primary key check (code ~ '^[0-9]{5}$'),
    name text not null,
    kind text not null check (kind in ('commune', 'ward')),
    sort_key text not null,
    merged_from text not null,
    has_partial boolean not null,
    source text not null
);

create table core.agency (
    agency_id uuid primary key,
    code text not null,
    code_status text not null check (code_status in ('verified', 'provisional')),
    kind text not null,
    name_vi text not null,
    name_en text not null,
    commune_code text references core.commune,
    parent_id uuid references core.agency,
    valid_from date not null,
    valid_until date,
    source text not null
);
create unique index agency_code on core.agency (code) where valid_until is null;
create index agency_commune on core.agency (commune_code, kind);

create table core.holiday (
    day date primary key,
    name_vi text not null,
    kind text not null check (kind in ('holiday', 'makeup_workday')),
    status text not null check (status in ('announced', 'computed')),
    source text not null
);

-- One row a data key; `wrapped` is the key encrypted by version `key_version` of the key service.
create table core.data_key (
    data_key_id integer primary key,
    key_version integer not null,
    wrapped bytea not null,
    created_at timestamptz not null
);

-- Who did what to which thing. `detail` holds codes and ids, never personal data.
create table core.audit (
    audit_id uuid not null,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('citizen', 'staff', 'system', 'plugin')),
    actor_id uuid,
    action text not null,
    object_kind text not null,
    object_id text not null,
    agency_id uuid,
    detail jsonb not null default '{}',
    request_id text,
    primary key (at, audit_id)
) partition by range (at);
create table core.audit_default partition of core.audit default;
create index audit_object on core.audit (object_kind, object_id, at);

-- Facts in the past tense; the row and its delivery job are written by one statement.
create table core.event (
    event_id uuid primary key,
    name text not null,
    version integer not null,
    at timestamptz not null,
    data jsonb not null
);

-- One row a write: the same key gives the same answer. Rows older than a day are removed.
create table core.idempotency (
    scope text not null,
    key text not null,
    body_hash bytea not null,
    answer bytea not null,
    created_at timestamptz not null,
    primary key (scope, key)
);
create index idempotency_age on core.idempotency (created_at);
