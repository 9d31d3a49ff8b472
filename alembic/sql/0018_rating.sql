-- How the owner found the handling of a finished dossier: said once, never changed. `agency_id` is
-- the agency that handled it, `month` the first day of the local month in which it was said.
create table core.dossier_rating (
    dossier_id uuid primary key references core.dossier,
    rating smallint not null check (rating between 1 and 5),
    comment_enc bytea,
    agency_id uuid not null references core.agency,
    procedure_code text not null,
    month date not null check (extract(day from month) = 1),
    rated_at timestamptz not null
);
revoke update, delete on core.dossier_rating from camaug_core;

-- The ratings added up by the transactions that wrote them, so that a board reads no dossier.
create table core.rating_counter (
    month date not null,
    agency_id uuid not null references core.agency,
    procedure_code text not null,
    rated integer not null check (rated > 0),
    satisfied integer not null check (satisfied between 0 and rated),
    primary key (month, agency_id, procedure_code)
);
