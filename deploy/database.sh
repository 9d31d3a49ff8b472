#!/bin/sh
# Makes the two roles and the database, as the superuser of a new PostgreSQL. Needs MIGRATOR_PASSWORD
# and CORE_PASSWORD; psql's own variables say which server.
set -eu
psql -v ON_ERROR_STOP=1 -v migrator="$MIGRATOR_PASSWORD" -v core="$CORE_PASSWORD" \
  -v name="${CAMAUG_DATABASE:-camaug}" "$@" <<'SQL'
create role camaug_migrator login createrole password :'migrator';
create role camaug_core login password :'core';
create database :"name" owner camaug_migrator template template0
    encoding 'UTF8' locale 'C.UTF-8';
revoke all on database :"name" from public;
grant connect on database :"name" to camaug_core;
\connect :"name"
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gist;
create extension if not exists citext;
SQL
psql -v ON_ERROR_STOP=1 "$@" -d "${CAMAUG_DATABASE:-camaug}" -f "${CAMAUG_RIGHTS:-$(dirname "$0")/rights.psql}"
