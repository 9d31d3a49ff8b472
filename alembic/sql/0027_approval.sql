-- Which acts of an agency need its leader's approval, from a day on. Without a row none does. The
-- row of the procedure goes before the one of all procedures (null), the later day before the
-- earlier; an empty list says that nothing needs it. `source` is the agency's rule, in words.
create table core.approval_rule (
    rule_id uuid primary key,
    agency_id uuid not null references core.agency,
    procedure_code text,
    acts text[] not null check (acts <@ array['finish', 'refuse', 'stop']),
    valid_from date not null,
    valid_until date check (valid_until >= valid_from),
    source text not null check (source <> ''),
    made_at timestamptz not null,
    made_by text not null
);
create unique index approval_rule_day
    on core.approval_rule (agency_id, (coalesce(procedure_code, '')), valid_from);
revoke delete on core.approval_rule from camaug_core;

-- An act that an officer proposes and a leader of `agency_id` decides on. `from_agency_id` is where
-- the officer works. One waits for a dossier at a time. What is no longer open is never opened again.
create table core.proposal (
    proposal_id uuid primary key,
    dossier_id uuid not null references core.dossier,
    agency_id uuid not null references core.agency,
    from_agency_id uuid not null references core.agency,
    kind text not null check (kind in ('finish', 'refuse', 'stop')),
    state text not null check (state in ('open', 'approved', 'sent_back', 'taken_back', 'void')),
    reason_enc bytea,
    results uuid[] not null,
    proposed_by uuid not null references core.staff,
    proposed_at timestamptz not null,
    decided_by uuid references core.staff check (decided_by <> proposed_by or state = 'taken_back'),
    decided_at timestamptz,
    check ((state = 'open') = (decided_at is null)),
    check (state in ('open', 'void') or decided_by is not null)
);
create unique index proposal_open on core.proposal (dossier_id) where state = 'open';
create index proposal_waiting on core.proposal (agency_id, dossier_id) where state = 'open';
create index proposal_dossier on core.proposal (dossier_id, agency_id);
revoke delete on core.proposal from camaug_core;

-- A draft of a result is for the offices until a leader has approved it.
alter table core.dossier_document
    drop constraint dossier_document_part_check,
    add constraint dossier_document_part_check
        check (part in ('paper', 'result', 'draft')) not valid;
alter table core.dossier_document validate constraint dossier_document_part_check;

-- Reasons that officers write again and again. Each change is a new version of the same `line_id`;
-- the version before it is ended. Without an agency it is the province's. `uses` counts acts.
create table core.reason_template (
    template_id uuid primary key,
    line_id uuid not null,
    version integer not null check (version > 0),
    agency_id uuid references core.agency,
    title text not null,
    body text not null,
    acts text[] not null check (acts <> '{}'),
    procedure_code text,
    made_at timestamptz not null,
    made_by uuid not null references core.staff,
    ended_at timestamptz,
    ended_by uuid references core.staff,
    uses bigint not null default 0,
    unique (line_id, version),
    check ((ended_at is null) = (ended_by is null))
);
create unique index reason_template_valid on core.reason_template (line_id) where ended_at is null;
create index reason_template_agency on core.reason_template (agency_id) where ended_at is null;
revoke delete on core.reason_template from camaug_core;

-- What officers write to each other about a dossier; the owner never reads it.
create table core.dossier_note (
    note_id uuid primary key,
    dossier_id uuid not null references core.dossier,
    agency_id uuid not null references core.agency,
    author_id uuid not null references core.staff,
    text_enc bytea not null,
    written_at timestamptz not null,
    edited_at timestamptz
);
create index dossier_note_dossier on core.dossier_note (dossier_id, written_at, note_id);
revoke delete on core.dossier_note from camaug_core;
