-- The audit sealed (DESIGN 10.11): every row becomes the leaf of a Merkle tree, every tree a batch,
-- every batch's head covers the head before it. Heads go to the object store once a minute.
-- A row waits in audit_pending from its own transaction on, so that a late commit is never missed.
create table core.audit_pending (
    audit_id uuid primary key,
    at timestamptz not null,
    noted_at timestamptz not null default now()
);

-- Under which name the heads of this audit are kept outside.
create table core.audit_origin (
    origin uuid primary key default gen_random_uuid()
);
insert into core.audit_origin default values;

create table core.audit_batch (
    batch bigint primary key check (batch > 0),
    size integer not null check (size > 0),
    root bytea not null check (length(root) = 32),
    head bytea not null unique check (length(head) = 32),
    sealed_at timestamptz not null
);

create table core.audit_leaf (
    batch bigint not null references core.audit_batch,
    leaf integer not null check (leaf >= 0),
    at timestamptz not null,
    audit_id uuid not null unique,
    hash bytea not null check (length(hash) = 32),
    primary key (batch, leaf)
);

create function core.audit_waits() returns trigger
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    insert into audit_pending (audit_id, at) select audit_id, at from new_rows
    on conflict do nothing;
    return null;
end
$$;
create trigger audit_waits after insert on core.audit
    referencing new table as new_rows for each statement execute function core.audit_waits();

insert into core.audit_pending (audit_id, at) select audit_id, at from core.audit;

-- The run-time role seals; it can neither change nor take away what is sealed.
revoke insert, update on core.audit_pending from camaug_core;
revoke update, delete on core.audit_batch, core.audit_leaf from camaug_core;
revoke insert, update, delete on core.audit_origin from camaug_core;
