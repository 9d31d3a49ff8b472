-- Second factor, invitations, and administrator rights that a second administrator confirms.

-- Somebody who was invited has no password yet. `totp_step` is the 30-second step of the code that
-- was used last: no code is taken twice. `name_key` is the name as people search it: small letters
-- without marks (the database's own lower() and unaccent() depend on its locale).
alter table core.staff
    alter column password_hash drop not null,
    add column totp_step bigint,
    add column name_key text not null generated always as (
        lower(regexp_replace(
            normalize(translate(full_name, 'đĐ', 'dd'), nfd), '[\u0300-\u036f]', '', 'g'
        ))
    ) stored;
create index staff_name on core.staff (name_key, staff_id);

-- A one-time link by which a person sets their password. The link is made from the id by a key, so
-- that nothing here opens an account.
create table core.invitation (
    invitation_id uuid primary key,
    staff_id uuid not null references core.staff,
    created_by uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index invitation_staff on core.invitation (staff_id, created_at);

-- Administrator rights that somebody asked for and another administrator decides on.
create table core.role_request (
    request_id uuid primary key,
    staff_id uuid not null references core.staff,
    agency_id uuid not null references core.agency,
    role text not null,
    valid_from timestamptz not null,
    valid_until timestamptz,
    requested_by uuid not null references core.staff,
    requested_at timestamptz not null,
    expires_at timestamptz not null,
    decided_by uuid references core.staff,
    decided_at timestamptz,
    outcome text check (outcome in ('confirmed', 'refused', 'void')),
    check ((decided_at is null) = (outcome is null))
);
create unique index role_request_once on core.role_request (staff_id, agency_id, role)
    where decided_at is null;

create index assignment_agency on core.assignment (agency_id);
