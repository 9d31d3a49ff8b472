-- Every hand-over of a dossier, from one officer to a colleague or to another agency: what the
-- control slip (phiếu kiểm soát quá trình giải quyết hồ sơ) lists. `due_at` is the time promised
-- when it was handed, `note_enc` for the offices alone. It is open until it is received, or closed
-- because the dossier went on without that.
create table core.handover (
    handover_id uuid primary key,
    dossier_id uuid not null references core.dossier,
    from_agency_id uuid not null references core.agency,
    from_staff_id uuid not null references core.staff,
    to_agency_id uuid not null references core.agency,
    to_staff_id uuid references core.staff,
    handed_at timestamptz not null,
    due_at timestamptz,
    note_enc bytea,
    received_at timestamptz,
    received_by uuid references core.staff,
    closed_at timestamptz,
    check ((received_at is null) = (received_by is null))
);
create unique index handover_open on core.handover (dossier_id)
    where received_at is null and closed_at is null;
create index handover_dossier on core.handover (dossier_id, handed_at);
revoke delete on core.handover from camaug_core;

-- What one officer holds, and what the officer has finished lately.
create index dossier_held on core.dossier (handler_id, status)
    include (agency_id, handling_agency_id, due_at)
    where handler_id is not null and status in (1, 2, 4, 5, 6, 9);
create index dossier_finished_by on core.dossier (handler_id, finished_at)
    where handler_id is not null and finished_at is not null;
