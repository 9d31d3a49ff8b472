-- How long dossiers are kept, and how one is erased (docs/adr/0030-retention.md).

-- Without a row nothing is ever erased: our sources give no period. The row of a procedure goes before
-- the one of all procedures (null), the later day before the earlier; neither years nor days: it is
-- kept for ever. `source` is what the province goes by, in words.
create table core.retention_rule (
    rule_id uuid primary key,
    what text not null check (what = 'dossier'),
    procedure_code text,
    years integer check (years between 1 and 200),
    days integer check (days between 31 and 73000),
    valid_from date not null,
    -- The day before it begins: it was ended before it held.
    valid_until date check (valid_until >= valid_from - 1),
    source text not null check (source <> ''),
    decided_at timestamptz not null,
    decided_by text not null,
    check (years is null or days is null)
);
create unique index retention_rule_day
    on core.retention_rule (what, (coalesce(procedure_code, '')), valid_from);
revoke delete on core.retention_rule from camaug_core;

-- Which dossier was erased, by which rule, and whose it was to handle. Its files go afterwards.
create table core.dossier_erasure (
    dossier_id uuid primary key references core.dossier,
    rule_id uuid not null references core.retention_rule,
    agency_id uuid not null references core.agency,
    handling_agency_id uuid not null references core.agency,
    erased_at timestamptz not null,
    files_gone_at timestamptz
);
create index dossier_erasure_files on core.dossier_erasure (dossier_id) where files_gone_at is null;
revoke insert, update, delete on core.dossier_erasure from camaug_core;
grant update (files_gone_at) on core.dossier_erasure to camaug_core;

-- An erased dossier belongs to nobody. Every read of one names its owner or its agencies, so that
-- nobody finds it; what counts goes by its timeline and its first agency, which stay.
alter table core.dossier
    alter column citizen_id drop not null,
    alter column agency_id drop not null,
    alter column handling_agency_id drop not null,
    add constraint dossier_somebodys check (
        (citizen_id is null) = (agency_id is null)
        and (citizen_id is null) = (handling_agency_id is null)) not valid;
alter table core.dossier validate constraint dossier_somebodys;
create index dossier_ended on core.dossier (finished_at, dossier_id)
    where status in (3, 7, 8, 10) and citizen_id is not null;
alter table core.payment_request alter column amount_vnd drop not null;

-- erasing: nobody may have it any more, its bytes are still to be deleted; erased: they are.
alter table core.document
    alter column owner_id drop not null,
    drop constraint document_state_check,
    add constraint document_state_check check (
        state in ('incoming', 'checked', 'clean', 'refused', 'erasing', 'erased')) not valid,
    add constraint document_somebodys check (
        (owner_id is null) = (state in ('erasing', 'erased'))) not valid;
alter table core.document validate constraint document_state_check;
alter table core.document validate constraint document_somebodys;
create index desk_notice_dossier on core.desk_notice (dossier_id);

-- What may be erased now. The period begins with the end, or with the return of the result if that was
-- later, and its last day is a whole day at Cà Mau. A result that waits for its owner has no end yet.
-- Thirty days are those in which a leader may reopen.
create view core.retention_due as
select d.dossier_id, d.finished_at, r.rule_id
from core.dossier d
cross join lateral (select (now() at time zone 'Asia/Ho_Chi_Minh')::date as today) moment
cross join lateral (
    select rule_id, years, days from core.retention_rule r
    where r.what = 'dossier'
      and (r.procedure_code is null or r.procedure_code = d.procedure_code)
      and r.valid_from <= today and (r.valid_until is null or r.valid_until >= today)
    order by r.procedure_code is null, r.valid_from desc limit 1
) r
cross join lateral (
    select greatest(d.finished_at, max(e.at)) as at
    from core.dossier_event e where e.dossier_id = d.dossier_id and e.kind = 'returned'
) ended
where d.status in (3, 7, 8, 10) and d.citizen_id is not null
  and (r.years is not null or r.days is not null)
  and ended.at < now() - interval '30 days'
  and (ended.at at time zone 'Asia/Ho_Chi_Minh')::date
      + make_interval(years => coalesce(r.years, 0), days => coalesce(r.days, 0)) < today
  and not exists (select from core.complaint c
                  where c.dossier_id = d.dossier_id and c.state = 'open')
  and not exists (select from core.delegation g
                  where g.dossier_id = d.dossier_id and g.state in ('offered', 'accepted')
                    and g.until > now())
  and not exists (select from core.proposal p
                  where p.dossier_id = d.dossier_id and p.state = 'open')
  and not exists (select from core.dossier_undo u
                  where u.dossier_id = d.dossier_id and u.until > now() and u.undone_at is null);
revoke insert, update, delete on core.retention_due from camaug_core;

-- Erases a dossier that is due, and nothing else, whoever asks: the rule's id, or null when it is not
-- due or somebody else has it in hand. What tells of a person goes; what counts stays.
create function core.erase_dossier(one uuid) returns uuid
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    rule uuid;
    owner uuid;
    kept uuid;
    gone uuid;
begin
    select d.citizen_id into owner from dossier d where d.dossier_id = one for update skip locked;
    if owner is null then
        return null;
    end if;
    select due.rule_id into rule from retention_due due where due.dossier_id = one;
    if rule is null then
        return null;
    end if;
    insert into dossier_erasure (dossier_id, rule_id, agency_id, handling_agency_id, erased_at)
    select d.dossier_id, rule, d.agency_id, d.handling_agency_id, now()
    from dossier d where d.dossier_id = one;
    perform erase_notices(one, owner);

    delete from delegation where dossier_id = one;
    delete from complaint where dossier_id = one;
    delete from proposal where dossier_id = one;
    delete from handover where dossier_id = one;
    delete from dossier_note where dossier_id = one;
    delete from dossier_correction where dossier_id = one;
    delete from dossier_undo where dossier_id = one;
    delete from dossier_apology where dossier_id = one;
    delete from dossier_escalation where dossier_id = one;
    delete from counter_filing where dossier_id = one;
    update dossier_rating set comment_enc = null where dossier_id = one;
    update supplement set reason_enc = '' where dossier_id = one;
    update payment_request
    set reason_enc = '', amount_vnd = null, proof_enc = case when paid_at is not null then ''::bytea end
    where dossier_id = one;
    update dossier_event set note_enc = null, actor_id = null where dossier_id = one;
    update dossier
    set answers_enc = '', applicant_name_enc = '', applicant_words = '{}', pin_enc = '',
        organisation_enc = null, conditions_enc = null, handler_id = null, told = '{}',
        told_for = null, told_level = null, appointed_at = null, version = version + 1,
        citizen_id = null, agency_id = null, handling_agency_id = null
    where dossier_id = one;

    -- A file that a draft, another dossier or a utility holds goes with the last of them: whoever erases
    -- the second waits here for the first. The link to it is to one that is gone, since it has an owner.
    perform from document f join dossier_document l using (document_id)
    where l.dossier_id = one order by f.document_id for update of f;
    update document f
    set state = 'erasing', owner_id = null, file_name_enc = '', sha256 = null
    where f.document_id in (select document_id from dossier_document where dossier_id = one)
      and f.owner_id is not null
      and not exists (select from document_use u where u.document_id = f.document_id)
      and not exists (select from draft w where w.citizen_id = f.owner_id
                      and w.documents::text like '%' || f.document_id || '%')
      and not exists (
          select from dossier_document l join dossier d using (dossier_id)
          where l.document_id = f.document_id and d.citizen_id is not null);
    for kept in
        select distinct f.document_id from document f join dossier_document l using (document_id)
        where l.dossier_id = one and f.owner_id is not null
    loop
        gone := gen_random_uuid();
        insert into document (document_id, purpose, object_key, file_name_enc, size, media_type, state,
                              created_at)
        select gone, purpose, 'none/' || gone, '', size, media_type, 'erased', created_at
        from document where document_id = kept;
        update dossier_document set document_id = gone where dossier_id = one and document_id = kept;
    end loop;
    return rule;
end
$$;

-- Notices that lead to the dossier, its owner's and those of every relative of the owner.
create function core.erase_notices(one uuid, owner uuid) returns void
language plpgsql set search_path = core, pg_temp as $$
declare
    reader uuid;
    unseen integer;
begin
    for reader in
        select owner union
        select g.relative_id from delegation g where g.owner_id = owner and g.relative_id is not null
        order by 1
    loop
        perform from inbox where citizen_id = reader for update;
        with gone as (
            delete from notice
            where citizen_id = reader
              and ('dossier:' || one = any(topics) or href like '%' || one || '%')
            returning notice_id, read_at
        ), unpushed as (
            delete from push_delivery where notice_id in (select notice_id from gone)
        )
        select count(*) into unseen from gone where read_at is null;
        update inbox set unread = greatest(unread - unseen, 0)
        where citizen_id = reader and unseen > 0;
    end loop;
    delete from desk_notice where dossier_id = one;
end
$$;
revoke all on function core.erase_notices(uuid, uuid) from public;
revoke all on function core.erase_dossier(uuid) from public;
grant execute on function core.erase_dossier(uuid) to camaug_core;
