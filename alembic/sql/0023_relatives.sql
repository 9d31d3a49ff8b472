-- A relative whom the owner of dossiers lets follow them (view) or help with them (act): a convenience
-- of this app, no power of attorney. `dossier_id` null: all own dossiers, those to come as well. The
-- relative is named by phone number; `relative_id` is the account that accepted. `until` is an
-- instant; what is over by time has no right from then on, whatever `state` says.
create table core.delegation (
    delegation_id uuid primary key,
    owner_id uuid not null references core.citizen,
    dossier_id uuid references core.dossier,
    relative_phone_enc bytea not null,
    relative_phone_idx bytea not null,
    relative_id uuid references core.citizen check (relative_id <> owner_id),
    scope text not null check (scope in ('view', 'act')),
    tells boolean not null,
    state text not null check (state in ('offered', 'accepted', 'declined', 'ended', 'returned')),
    offered_at timestamptz not null,
    until timestamptz not null check (until > offered_at),
    answered_at timestamptz,
    ended_at timestamptz,
    check ((relative_id is not null) = (answered_at is not null)),
    check (state not in ('accepted', 'declined', 'returned') or relative_id is not null)
);
create index delegation_owner on core.delegation (owner_id, offered_at desc, delegation_id desc);
create index delegation_phone on core.delegation (relative_phone_idx) where state = 'offered';
create index delegation_relative on core.delegation (relative_id, until) where state = 'accepted';
create index delegation_dossier on core.delegation (dossier_id) where dossier_id is not null;
revoke delete on core.delegation from camaug_core;

-- The one filter by which a relative reaches dossiers: in lists, pages, files and acts alike. Of two
-- ways to one dossier the wider one counts.
create function core.delegated(reader uuid, moment timestamptz)
returns table (dossier_id uuid, owner_id uuid, delegation_id uuid, scope text, until timestamptz)
language sql stable as $$
    select distinct on (d.dossier_id)
           d.dossier_id, g.owner_id, g.delegation_id, g.scope, g.until
    from core.delegation g
    join core.dossier d
      on d.citizen_id = g.owner_id and (g.dossier_id is null or g.dossier_id = d.dossier_id)
    where g.relative_id = reader and g.state = 'accepted' and g.until > moment
    order by d.dossier_id, g.scope = 'act' desc, g.until desc
$$;
revoke all on function core.delegated(uuid, timestamptz) from public;
grant execute on function core.delegated(uuid, timestamptz) to camaug_core;

-- What the owner of a dossier says is wrong with how it is handled (phản ánh, kiến nghị), for the
-- leaders of the agency that had it then. It is no complaint (khiếu nại) by the law of complaints.
create table core.complaint (
    complaint_id uuid primary key,
    number text not null unique,
    dossier_id uuid not null references core.dossier,
    citizen_id uuid not null references core.citizen,
    agency_id uuid not null references core.agency,
    kind text not null check (kind in ('late', 'attitude', 'extra_papers', 'fee', 'other')),
    state text not null check (state in ('open', 'answered', 'closed', 'withdrawn')),
    version integer not null default 1,
    text_enc bytea not null,
    answer_enc bytea,
    upheld text check (upheld in ('yes', 'partly', 'no')),
    opened_at timestamptz not null,
    answered_at timestamptz,
    answered_by uuid references core.staff,
    ended_at timestamptz,
    check ((state in ('answered', 'closed')) = (answer_enc is not null)),
    check ((answer_enc is null) = (upheld is null) and (answer_enc is null) = (answered_at is null))
);
create unique index complaint_open on core.complaint (dossier_id) where state = 'open';
create index complaint_dossier on core.complaint (dossier_id, opened_at);
create index complaint_agency on core.complaint (agency_id, state, opened_at, complaint_id);
revoke delete on core.complaint from camaug_core;

create table core.complaint_counter (
    day date primary key,
    last integer not null
);
-- Whether an agency has a leader is asked with every complaint.
create index assignment_place on core.assignment (agency_id, role);
