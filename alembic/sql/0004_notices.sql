-- The inbox is the truth; push and the live stream only point to it.
-- `last_seq` counts every change of the inbox (a new notice, a notice read): the id of the stream.
create table core.inbox (
    citizen_id uuid primary key references core.citizen,
    last_seq bigint not null default 0,
    unread integer not null default 0 check (unread >= 0)
);

-- `args` fill the template's placeholders: codes and names of procedures, never personal data.
-- `created_at` is the instant of the event, so that a repeated delivery meets its own row.
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

-- How often the dossiers of an agency have changed: the id of an officer's stream is the sum
-- over the officer's agencies.
create table core.desk (
    agency_id uuid primary key references core.agency,
    last_seq bigint not null default 0
);
-- An event counts once at each desk; rows older than a week are removed.
create table core.desk_change (
    event_id uuid not null,
    agency_id uuid not null references core.agency,
    at timestamptz not null,
    primary key (event_id, agency_id)
);
create index desk_change_age on core.desk_change (at);

-- One row a device and notice: what keeps a push from being sent twice.
-- sending: handed to FCM, no answer yet; unknown: the answer was lost; waiting: FCM did not take
-- it and said to come again; sent and failed are final.
create table core.push_delivery (
    notice_id uuid not null,
    device_id uuid not null references core.push_device,
    state text not null check (state in ('sending', 'unknown', 'waiting', 'sent', 'failed')),
    attempts integer not null default 0,
    message_name text,
    error text,
    updated_at timestamptz not null,
    primary key (notice_id, device_id)
);

-- Partitions of the tables that grow by month, from the present month to `months` ahead. Rows that
-- already lie in the default partition move. The run-time role calls it and may do nothing else
-- to the schema; it reaches partitions through their table only.
create function core.make_partitions(months integer) returns integer
language plpgsql security definer set search_path = core, pg_temp set timezone = 'UTC' as $$
declare
    parent text;
    moment text;
    first timestamptz;
    name text;
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtextextended('core.make_partitions', 0));
    for parent, moment in values ('audit', 'at'), ('notice', 'created_at') loop
        for ahead in 0 .. least(months, 24) loop
            first := date_trunc('month', now()) + make_interval(months => ahead);
            name := parent || to_char(first, '_YYYY_MM');
            continue when to_regclass('core.' || name) is not null;
            execute format(
                'create table core.%I (like core.%I including defaults including constraints)',
                name, parent);
            execute format('revoke all on core.%I from camaug_core', name);
            execute format(
                'with moved as (delete from core.%I where %I >= %L and %I < %L returning *)'
                ' insert into core.%I select * from moved',
                parent || '_default', moment, first, moment, first + interval '1 month', name);
            execute format(
                'alter table core.%I attach partition core.%I for values from (%L) to (%L)',
                parent, name, first, first + interval '1 month');
            made := made + 1;
        end loop;
    end loop;
    return made;
end $$;
revoke all on function core.make_partitions(integer) from public;
grant execute on function core.make_partitions(integer) to camaug_core;
