-- What the host knows of each plugin. `state` is what the gate obeys; `finding` is what the last
-- check of these very files (`fingerprint`) found wrong, null when it found nothing.
create table core.plugin (
    plugin_id text primary key,
    distribution text not null,
    version text not null,
    entry_point text not null,
    fingerprint text not null,
    state text not null check (state in ('refused', 'active', 'suspended', 'disabled', 'uninstalled')),
    reason text,
    finding text,
    detail text,
    manifest jsonb,
    updated_at timestamptz not null
);

-- Every change of state, with who and why; `note` is what a person typed.
create table core.plugin_change (
    change_id uuid primary key,
    plugin_id text not null references core.plugin,
    at timestamptz not null,
    from_state text,
    to_state text not null,
    reason text,
    note text,
    actor_kind text not null,
    actor_id uuid
);
create index plugin_change_plugin on core.plugin_change (plugin_id, at);
