-- The three roles, the extensions and the database. For psql as a superuser, as often as one likes:
--   PYTAKE_OWNER_PASSWORD=… PYTAKE_APP_PASSWORD=… psql -v ON_ERROR_STOP=1 -d postgres -f deploy/roles.sql
-- bin/dev, bin/test and the image of PostgreSQL in docker-compose.yml run this same file.
\getenv owner_password PYTAKE_OWNER_PASSWORD
\getenv app_password PYTAKE_APP_PASSWORD

-- pytake_owner owns the tables and migrates; pytake_app runs everything and owns nothing; pytake_system sees every
-- organization and is taken by pytake_app for one transaction at a time (SET ROLE), never inherited.
SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['pytake_owner', 'pytake_app', 'pytake_system']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
-- CREATEDB: for the database of the tests.
ALTER ROLE pytake_owner LOGIN NOSUPERUSER NOCREATEROLE CREATEDB BYPASSRLS PASSWORD :'owner_password';
ALTER ROLE pytake_app LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB NOBYPASSRLS PASSWORD :'app_password';
ALTER ROLE pytake_system NOLOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB BYPASSRLS;
GRANT pytake_system TO pytake_app WITH INHERIT FALSE, SET TRUE;

-- In template1, so that databases made later (those of the tests) have them: only a superuser may add them.
\connect template1
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;

\connect postgres
SELECT 'CREATE DATABASE pytake OWNER pytake_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'pytake') \gexec
ALTER DATABASE pytake OWNER TO pytake_owner;
REVOKE CONNECT, TEMPORARY ON DATABASE pytake FROM PUBLIC;
GRANT CONNECT ON DATABASE pytake TO pytake_app;

\connect pytake
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;
