-- Filing at a counter: an officer files for a citizen who came in person. Who was seen with the card
-- has a proven number and may have no phone.
alter table core.citizen alter column phone_enc drop not null;
alter table core.citizen alter column phone_idx drop not null;
alter table core.citizen add constraint citizen_known
    check ((phone_enc is null) = (phone_idx is null) and (phone_idx is not null or number_proven));

-- A citizen at an officer's counter: what is typed until it is filed. Only the officer who opened it
-- reads it, for a day, and only while the officer has the desk of that agency.
create table core.counter_case (
    case_id uuid primary key,
    staff_id uuid not null references core.staff,
    agency_id uuid not null references core.agency,
    citizen_id uuid not null references core.citizen,
    procedure_code text,
    mandate_enc bytea,
    answers_enc bytea,
    documents jsonb not null default '{}',
    opened_at timestamptz not null,
    updated_at timestamptz not null
);
create index counter_case_staff on core.counter_case (staff_id, updated_at desc);
create index counter_case_opened on core.counter_case (opened_at);

-- That a dossier was filed at a counter, by whom and for whom, as it was on that day.
create table core.counter_filing (
    dossier_id uuid primary key references core.dossier,
    staff_id uuid not null references core.staff,
    agency_id uuid not null references core.agency,
    mandate_enc bytea not null,
    originals text[] not null,
    fee_vnd integer,
    fee_note text,
    filed_at timestamptz not null
);
revoke update, delete on core.counter_filing from camaug_core;

-- A session on a phone or kiosk that others use too: ten minutes without use, and no cookie.
alter table core.session add column is_shared boolean not null default false;
