-- When the person of a session last proved who they are, after its beginning (RFC 9470, step-up).
-- Null: at the beginning.
alter table core.session add column proved_at timestamptz;
