-- A report (phản ánh) belongs to the citizen who filed it and to the agency that has it now. What
-- people type, and where they were, is sealed.
create table report (
    report_id uuid primary key,
    code text not null unique,
    citizen_id uuid not null,
    agency_id uuid not null,
    commune_code text not null check (commune_code ~ '^[0-9]{5}$'),
    category text not null check (category in (
        'lighting', 'road', 'rubbish', 'drain', 'tree', 'electric', 'other')),
    state text not null check (state in (
        'received', 'sent_on', 'handling', 'answered', 'refused', 'duplicate', 'withdrawn')),
    version integer not null default 1,
    stay integer not null default 1,
    waiting_long boolean not null default false,
    said_enc bytea not null,
    place_enc bytea not null,
    position_enc bytea,
    remarked boolean not null default false,
    rating smallint check (rating between 1 and 5),
    filed_at timestamptz not null,
    check (not waiting_long or state in ('received', 'sent_on')),
    check (rating is null or state = 'answered')
);
create index report_own on report (citizen_id, filed_at desc, report_id desc);
create index report_open on report (agency_id, (not waiting_long), filed_at, report_id)
    where state in ('received', 'sent_on', 'handling');
create index report_closed on report (agency_id, filed_at desc, report_id desc)
    where state not in ('received', 'sent_on', 'handling');

-- What happened: one row for each version of a report.
create table step (
    report_id uuid not null references report,
    seq integer not null,
    kind text not null check (kind in (
        'filed', 'taken', 'sent_on', 'answered', 'refused', 'duplicate', 'withdrawn', 'remarked',
        'rated')),
    at timestamptz not null,
    agency_id uuid not null,
    to_agency_id uuid,
    staff_id uuid,
    note_enc bytea,
    primary key (report_id, seq)
);

create table photo (
    report_id uuid not null references report,
    number smallint not null check (number between 1 and 3),
    document_id uuid not null,
    primary key (report_id, number)
);

-- The last number of a day; its row is the lock by which numbers have no gap and no double.
create table counter (
    day date primary key,
    last integer not null
);
