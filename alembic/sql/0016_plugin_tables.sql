-- What a plugin with tables of its own may do to the core's: nothing but these functions, which
-- take the plugin from the role that has logged in (docs/adr/0017-plugin-tables.md).
-- Roles belong to the whole server, so another database of it may have made this one.
do $$ begin
    create role camaug_plugin nologin;
exception when duplicate_object or unique_violation then null;
end $$;
do $$ begin
    execute format('grant connect on database %I to camaug_plugin', current_database());
end $$;
create schema host;
grant usage on schema host to camaug_plugin;

-- A file that a row of a plugin holds, and the desk that may open it: holders of `role` at the agency.
create table core.document_use (
    document_id uuid not null references core.document,
    plugin_id text not null,
    object_id text not null,
    role text not null,
    agency_id uuid not null references core.agency,
    created_at timestamptz not null,
    primary key (document_id, plugin_id, object_id)
);
create index document_use_object on core.document_use (plugin_id, object_id);

create function host.plugin_id() returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if session_user !~ '^camaug_p_[a-z0-9_]+$' then
        raise insufficient_privilege using message = 'not the role of a plugin';
    end if;
    return replace(substr(session_user, 10), '_', '-');
end $$;

-- Codes and ids only: a flat object of short texts, whole numbers and nulls.
create function host.flat(given jsonb) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if jsonb_typeof(given) is distinct from 'object' or octet_length(given::text) > 4096
        or exists (
            select from jsonb_each(given) as one
            where length(one.key) > 60
                or jsonb_typeof(one.value) not in ('string', 'number', 'null')
        )
    then
        raise check_violation using message = 'a flat object of at most 4096 bytes';
    end if;
    return given;
end $$;

-- One job of this plugin's own queue; while one of the same key waits or runs, no second.
create function host.enqueue(job text, payload jsonb, key text, after interval) returns void
language plpgsql security definer set search_path = pg_catalog, core, queue, pg_temp as $$
declare
    own text := 'plugin:' || host.plugin_id();
begin
    if (job ~ '^[a-z][a-z0-9_]{0,59}$' and octet_length(key) between 1 and 200
        and octet_length(payload::text) <= 16384 and after between '0 s' and '400 days')
        is not true
    then
        raise check_violation using message = 'job, key, payload or time is out of bounds';
    end if;
    if (select count(*) from (
        select from queue.pgqueuer where entrypoint = own limit 10000) as waiting) >= 10000
    then
        raise configuration_limit_exceeded using message = '10,000 jobs of this plugin wait';
    end if;
    with made as (
        insert into queue.pgqueuer (priority, entrypoint, payload, dedupe_key, status, execute_after)
        values (0, own, convert_to(jsonb_build_object('job', job, 'payload', payload)::text, 'UTF8'),
            own || '|' || job || '|' || key, 'queued', now() + after)
        on conflict do nothing
        returning id, entrypoint, priority
    )
    insert into queue.pgqueuer_log (job_id, status, entrypoint, priority)
    select id, 'queued', entrypoint, priority from made;
end $$;

-- The event's row and its delivery. Its name begins with the plugin's id.
create function host.emit(event_id uuid, name text, data jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, core, queue, pg_temp as $$
begin
    if (name ~ '^[a-z][a-z0-9_]{0,59}$' and event_id is not null) is not true then
        raise check_violation using message = 'the name of the event is out of bounds';
    end if;
    insert into core.event (event_id, name, version, at, data)
    values (event_id, host.plugin_id() || '.' || name, 1, now(), host.flat(data));
    perform host.deliver(event_id);
end $$;

-- After those of the core, so that a flood of them holds up nothing but itself.
create function host.deliver(event_id uuid) returns void
language plpgsql set search_path = pg_catalog, core, queue, pg_temp as $$
begin
    if (select count(*) from (select from queue.pgqueuer
        where priority = -1 and status = 'queued' and entrypoint = 'deliver' limit 5000) as waiting)
        >= 5000
    then
        raise configuration_limit_exceeded using message = '5,000 events of plugins wait';
    end if;
    with made as (
        insert into queue.pgqueuer (priority, entrypoint, payload, status)
        values (-1, 'deliver',
            convert_to(jsonb_build_object('event_id', event_id)::text, 'UTF8'), 'queued')
        returning id, entrypoint, priority
    )
    insert into queue.pgqueuer_log (job_id, status, entrypoint, priority)
    select id, 'queued', entrypoint, priority from made;
end $$;

-- A notice to one citizen, by a template of the plugin's manifest.
create function host.notify(
    event_id uuid, citizen_id uuid, template text, args jsonb, path text
) returns void
language plpgsql security definer set search_path = pg_catalog, core, queue, pg_temp as $$
begin
    if (template ~ '^[a-z][a-z0-9_]{0,59}$' and path ~ '^(/[A-Za-z0-9._~-]+)*/?$'
        and length(path) <= 200 and citizen_id is not null) is not true
    then
        raise check_violation using message = 'template or path is out of bounds';
    end if;
    insert into core.event (event_id, name, version, at, data)
    values (event_id, 'plugin.notice_wanted', 1, now(), host.flat(args) || jsonb_build_object(
        '_plugin', host.plugin_id(), '_citizen', citizen_id, '_template', template, '_path', path));
    perform host.deliver(event_id);
end $$;

-- A row of audit; its action begins with the plugin's id.
create function host.audit(
    audit_id uuid, actor_kind text, actor_id uuid, action text, object_kind text, object_id text,
    agency_id uuid, detail jsonb
) returns void
language plpgsql security definer set search_path = pg_catalog, core, queue, pg_temp as $$
begin
    if (action ~ '^[a-z][a-z0-9_]{0,59}$' and length(object_kind) <= 60
        and length(object_id) <= 200) is not true
    then
        raise check_violation using message = 'action or object is out of bounds';
    end if;
    insert into core.audit (
        audit_id, at, actor_kind, actor_id, action, object_kind, object_id, agency_id, detail)
    values (audit_id, now(), actor_kind, actor_id, host.plugin_id() || '.' || action, object_kind,
        object_id, agency_id, host.flat(detail));
end $$;

-- Checked files of one owner for a row of the plugin, and the desk that may open them; the role is
-- one of the plugin's manifest.
create function host.attach(
    document_ids uuid[], owner uuid, object_id text, role text, agency_id uuid
) returns void
language plpgsql security definer set search_path = pg_catalog, core, queue, pg_temp as $$
declare
    own text := host.plugin_id();
begin
    if (cardinality(document_ids) <= 20 and length(object_id) <= 200) is not true then
        raise check_violation using message = 'twenty files at most';
    end if;
    if not exists (
        select from core.plugin p,
            jsonb_array_elements(p.manifest -> 'x_camaug' -> 'desk_roles') as desk
        where p.plugin_id = own and desk ->> 'role' = attach.role)
    then
        raise check_violation using message = 'a role that is not in the manifest';
    end if;
    if (select count(*) from core.document d
        where d.document_id = any(document_ids) and d.owner_id = owner
            and d.state in ('checked', 'clean'))
        <> (select count(distinct one) from unnest(document_ids) as one)
    then
        raise no_data_found using message = 'a file that is not there, not checked or another''s';
    end if;
    insert into core.document_use (document_id, plugin_id, object_id, role, agency_id, created_at)
    select distinct one, own, attach.object_id, attach.role, attach.agency_id, now()
    from unnest(document_ids) as one
    on conflict do nothing;
end $$;

-- The files of a row go to another agency's desk.
create function host.hand_over(object_id text, agency_id uuid) returns void
language sql security definer set search_path = pg_catalog, core, queue, pg_temp as $$
    update core.document_use u set agency_id = hand_over.agency_id
    where u.plugin_id = host.plugin_id() and u.object_id = hand_over.object_id
$$;

-- The answer given under this key before; null for the first, who must finish it. SQLSTATE
-- 55P03 while the first one runs, 23505 when the body was another.
create function host.claim_key(scope text, key text, body_hash bytea) returns bytea
language plpgsql security definer set search_path = pg_catalog, core, queue, pg_temp as $$
declare
    own text := 'plugin:' || host.plugin_id() || '|' || claim_key.scope;
    done record;
begin
    -- Two numbers: those of the core's own names are one, so no key can be found that is theirs.
    if pg_try_advisory_xact_lock(8, hashtext(own || '|' || claim_key.key)) is not true then
        raise lock_not_available using message = 'the first request of this key runs';
    end if;
    select i.body_hash, i.answer into done from core.idempotency i
    where i.scope = own and i.key = claim_key.key;
    if not found then
        return null;
    end if;
    if done.body_hash <> claim_key.body_hash then
        raise unique_violation using message = 'another body under a used key';
    end if;
    return done.answer;
end $$;

create function host.finish_key(scope text, key text, body_hash bytea, answer bytea) returns void
language plpgsql security definer set search_path = pg_catalog, core, queue, pg_temp as $$
begin
    if (octet_length(scope) <= 200 and octet_length(key) <= 128 and octet_length(body_hash) = 32
        and octet_length(answer) <= 65536) is not true
    then
        raise check_violation using message = 'scope, key or answer is out of bounds';
    end if;
    insert into core.idempotency (scope, key, body_hash, answer, created_at)
    values ('plugin:' || host.plugin_id() || '|' || scope, key, body_hash, answer, now());
end $$;

-- Plugins whose statements run for longer than a role's own limits allow are cut off: a session
-- can lift its own limits, and cannot lift this one. How many were.
create function host.cut_off() returns integer
language sql security definer set search_path = pg_catalog, pg_temp as $$
    select count(*)::integer from (
        select pg_terminate_backend(pid) from pg_stat_activity
        where pg_has_role(session_user, 'camaug_core', 'member') and (
            usename ~ '^camaug_p_'
                and (state = 'active' and query_start < clock_timestamp() - interval '15 s'
                    or xact_start < clock_timestamp() - interval '30 s')
            or usename ~ '^camaug_o_' and state = 'active'
                and query_start < clock_timestamp() - interval '2 minutes')
    ) as ended
$$;

revoke all on all functions in schema host from public;
grant execute on function host.enqueue, host.emit, host.notify, host.audit, host.attach, host.hand_over,
    host.claim_key, host.finish_key to camaug_plugin;
grant usage on schema host to camaug_core;
grant execute on function host.cut_off to camaug_core;
