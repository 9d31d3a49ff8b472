-- Citizens, staff, sessions, devices. Columns ending in _enc are AES-256-GCM (DESIGN 10.10),
-- columns ending in _idx are keyed hashes for equality.
create table core.citizen (
    citizen_id uuid primary key,
    phone_enc bytea not null,
    phone_idx bytea not null,
    number_enc bytea,
    number_idx bytea,
    number_proven boolean not null default false,
    profile_enc bytea,
    commune_code text references core.commune,
    language text not null default 'vi' check (language in ('vi', 'en')),
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null
);
create unique index citizen_phone on core.citizen (phone_idx);
create unique index citizen_number on core.citizen (number_idx) where number_proven;
create index citizen_commune on core.citizen (commune_code);

create table core.staff (
    staff_id uuid primary key,
    login citext not null unique,
    password_hash text not null,
    full_name text not null,
    language text not null default 'vi' check (language in ('vi', 'en')),
    totp_enc bytea,
    failures integer not null default 0,
    blocked_until timestamptz,
    disabled_at timestamptz,
    created_at timestamptz not null
);

create table core.assignment (
    assignment_id uuid primary key,
    staff_id uuid not null references core.staff,
    agency_id uuid not null references core.agency,
    role text not null,
    valid_from timestamptz not null,
    valid_until timestamptz,
    created_by uuid
);
create index assignment_staff on core.assignment (staff_id);
create unique index assignment_once on core.assignment (staff_id, agency_id, role)
    where valid_until is null;

-- A one-time code: a MAC of the code, at most five tries, one use. `request_key` is the
-- idempotency key of the request that had it sent.
create table core.otp_challenge (
    challenge_id uuid primary key,
    phone_enc bytea not null,
    phone_idx bytea not null,
    code_mac bytea not null,
    request_key text,
    tries integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    consumed_at timestamptz
);
create index otp_phone on core.otp_challenge (phone_idx, created_at);
create unique index otp_request on core.otp_challenge (phone_idx, request_key);
create index otp_age on core.otp_challenge (expires_at);

-- A refresh family. The token is HMAC(key, session_id | counter); only the counter is stored.
create table core.session (
    session_id uuid primary key,
    audience text not null check (audience in ('citizen', 'staff')),
    subject_id uuid not null,
    assurance smallint not null,
    device_label text not null,
    counter integer not null default 0,
    rotated_at timestamptz not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    end_reason text
);
create index session_subject on core.session (subject_id) where ended_at is null;
create index session_ended on core.session (ended_at) where ended_at is not null;

create table core.signing_key (
    kid text primary key,
    public_jwk jsonb not null,
    private_enc bytea not null,
    created_at timestamptz not null,
    signs_from timestamptz not null,
    verifies_until timestamptz
);

create table core.push_device (
    device_id uuid primary key,
    citizen_id uuid not null references core.citizen,
    session_id uuid references core.session,
    provider text not null check (provider in ('fcm')),
    token text not null unique,
    platform text not null check (platform in ('android', 'ios', 'web')),
    created_at timestamptz not null,
    removed_at timestamptz,
    removed_why text
);
create index push_device_citizen on core.push_device (citizen_id) where removed_at is null;
