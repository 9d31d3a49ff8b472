-- The run-time role reads and writes rows; it owns nothing and cannot change the schema.
grant usage on schema core, queue to camaug_core;
grant select, insert, update, delete on all tables in schema core, queue to camaug_core;
grant usage, select on all sequences in schema core, queue to camaug_core;
alter default privileges in schema core grant select, insert, update, delete on tables to camaug_core;
grant select on public.core_version to camaug_core;
-- The timeline and the audit only ever grow.
revoke update, delete on core.dossier_event, core.audit, core.event, core.plugin_change
    from camaug_core;
-- Partitions are reached through their parents only.
revoke all on core.audit_default, core.notice_default from camaug_core;
