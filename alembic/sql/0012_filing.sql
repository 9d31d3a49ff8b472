-- For whom a person files (name, tax code, role; as declared), and the answers to the conditions
-- of the catalogue; both sealed. Null: filed for oneself, and filed before conditions were kept.
alter table core.dossier
    add column organisation_enc bytea,
    add column conditions_enc bytea;
