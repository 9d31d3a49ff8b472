-- What the host knows of each plugin; every change of state is a row with who and why.
create table core.plugin (
    plugin_id text primary key,
    distribution text not null,
    version text not null,
    fingerprint text not null,
    state text not null check (state in ('refused', 'active', 'suspended', 'disabled', 'uninstalled')),
    reason text,
    detail text,
    manifest jsonb,
    updated_at timestamptz not null
);

create table core.plugin_change (
    change_id uuid primary key,
    plugin_id text not null references core.plugin,
    at timestamptz not null,
    from_state text,
    to_state text not null,
    reason text,
    actor_kind text not null,
    actor_id uuid
);
create index plugin_change_plugin on core.plugin_change (plugin_id, at);
