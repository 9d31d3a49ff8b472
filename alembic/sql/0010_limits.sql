-- Rate limits while Redis is away: token buckets, taken from in leases. Unlogged: what a crash
-- empties is full again, for a minute.
create unlogged table core.rate_bucket (
    key text primary key,
    tokens double precision not null,
    at timestamptz not null
);
grant select, insert, update, delete on core.rate_bucket to camaug_core;

-- A push and a report look a notice up by its id alone.
create index notice_by_id on core.notice (notice_id);

-- Rows of the current month are moved out of the default partition behind a lock on the parent:
-- an insert that had already chosen the default would otherwise fail when the month is attached.
create or replace function core.make_partitions(months integer) returns integer
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
            execute format('lock table core.%I in access exclusive mode', parent);
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
