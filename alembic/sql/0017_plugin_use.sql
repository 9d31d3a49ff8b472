-- What each plugin was asked, an hour a row, added up over all processes. Nothing of a person.
create table core.plugin_use (
    plugin_id text not null references core.plugin,
    hour timestamptz not null,
    calls bigint not null,
    failed bigint not null,
    late bigint not null,
    turned_away bigint not null,
    seconds double precision not null,
    primary key (plugin_id, hour)
);
