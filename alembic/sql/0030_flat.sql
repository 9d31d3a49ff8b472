-- Pages that cost the same however many dossiers there are (docs/adr/0028-growth.md). What an index
-- here replaces is dropped, so that an act writes no more of them than before.

-- What one officer has finished at a desk, the latest first; the workload counts its last days, too.
drop index core.dossier_finished_by;
create index dossier_done_by on core.dossier
    (handler_id, agency_id, (coalesce(finished_at, submitted_at)) desc, dossier_id desc)
    where handler_id is not null and status in (3, 7, 8, 9, 10);
create index dossier_elsewhere_done_by on core.dossier
    (handler_id, handling_agency_id, (coalesce(finished_at, submitted_at)) desc, dossier_id desc)
    where handler_id is not null and status in (3, 7, 8, 9, 10)
      and handling_agency_id <> agency_id;

-- What is new stands behind all that runs, and what nobody holds between what others hold: each has
-- its own small index in the order of the queue, written when a dossier comes and when it is taken.
create index dossier_new on core.dossier
    (agency_id,
     (case when status in (2, 4) then coalesce(due_at, timestamptz '9999-01-01Z')
           else timestamptz '9999-01-01Z' end), dossier_id)
    where status = 1;
create index dossier_nobody on core.dossier
    (agency_id,
     (case when status in (2, 4) then coalesce(due_at, timestamptz '9999-01-01Z')
           else timestamptz '9999-01-01Z' end), dossier_id)
    where handler_id is null and status in (1, 2, 4, 5, 6, 9);

-- What an agency only handles for others is counted without that which it handles for itself.
drop index core.dossier_elsewhere;
create index dossier_elsewhere on core.dossier (handling_agency_id, status, due_at)
    where handling_agency_id <> agency_id;

-- Complaints that wait, the oldest first, and those that do not, the latest first.
drop index core.complaint_agency;
create index complaint_waiting on core.complaint (agency_id, opened_at, complaint_id)
    where state = 'open';
create index complaint_ended on core.complaint (agency_id, opened_at desc, complaint_id desc)
    where state <> 'open';

-- A board of one agency reads its own months alone. Written when a counter is new, not when it counts.
create index dossier_count_agency on core.dossier_count (agency_id, month);
-- What is open there, for the same board, is read out of an index.
drop index core.dossier_handled;
create index dossier_handled on core.dossier (handling_agency_id, status, due_at)
    include (accepted_at, dossier_id) where status in (2, 4, 5, 6);
