-- A plugin that fails is suspended for a while; null says that only a person ends the suspension.
alter table core.plugin add column resume_at timestamptz;
