-- Announcements (thông báo chung): stored once, matched with the citizen's commune when read.
-- The order of starting; part of the inbox's paging.
create sequence core.announcement_number;
grant usage on sequence core.announcement_number to camaug_core;

-- `communes` are the codes it is for. `last_citizen` and `reached` are how far the sending has
-- come: people are taken in the order of their ids, and who was taken has it in the inbox.
-- `audience` is the number of people: as submitted, as approved, and finally as sending began.
create table core.announcement (
    announcement_id uuid primary key,
    agency_id uuid not null references core.agency,
    author_id uuid not null references core.staff,
    state text not null check (
        state in ('draft', 'waiting', 'approved', 'sending', 'sent', 'stopped', 'withdrawn')),
    version integer not null default 1,
    urgency text not null default 'ordinary' check (urgency in ('ordinary')),
    title_vi text not null,
    text_vi text not null,
    title_en text not null,
    text_en text not null,
    communes text[] not null,
    content_hash bytea not null,
    created_at timestamptz not null,
    audience integer,
    submitted_at timestamptz,
    approved_by uuid references core.staff,
    approved_hash bytea,
    approved_at timestamptz,
    send_after timestamptz,
    number bigint unique,
    started_at timestamptz,
    ended_at timestamptz,
    last_citizen uuid,
    reached integer not null default 0,
    constraint announcement_two_people check (
        state not in ('approved', 'sending', 'sent', 'stopped')
        or (approved_by is not null and approved_by <> author_id
            and approved_hash is not null and approved_hash = content_hash)),
    constraint announcement_started check (
        state not in ('sending', 'sent', 'stopped')
        or (number is not null and started_at is not null and audience is not null))
);
create index announcement_agency on core.announcement (agency_id, announcement_id desc);

-- Written by those who read, never by the sending.
create table core.announcement_read (
    citizen_id uuid not null references core.citizen,
    announcement_id uuid not null references core.announcement,
    at timestamptz not null,
    primary key (citizen_id, announcement_id)
);
create index announcement_read_count on core.announcement_read (announcement_id);
