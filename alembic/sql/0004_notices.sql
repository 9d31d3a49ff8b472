-- The inbox is the truth; push and the live stream only point to it.
create table core.inbox (
    citizen_id uuid primary key references core.citizen,
    last_seq bigint not null default 0
);

-- `args` fill the template's placeholders: codes and names of procedures, never personal data.
create table core.notice (
    notice_id uuid not null,
    citizen_id uuid not null,
    seq bigint not null,
    event_id uuid not null,
    template text not null,
    args jsonb not null default '{}',
    topics text[] not null default '{}',
    href text,
    created_at timestamptz not null,
    read_at timestamptz,
    primary key (citizen_id, created_at, notice_id),
    unique (citizen_id, event_id, created_at)
) partition by range (created_at);
create table core.notice_default partition of core.notice default;
create index notice_seq on core.notice (citizen_id, seq desc);

-- One row a device and notice: what keeps a push from being sent twice.
create table core.push_delivery (
    notice_id uuid not null,
    device_id uuid not null references core.push_device,
    state text not null check (state in ('sending', 'sent', 'failed', 'unknown')),
    attempts integer not null default 0,
    message_name text,
    error text,
    updated_at timestamptz not null,
    primary key (notice_id, device_id)
);
