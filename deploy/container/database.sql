-- Run once, by the administrator of a new PostgreSQL. The bot makes its own tables; its statements stay out of
-- the server's log, for the encrypted record is in them (docs/deployment.md).
\set password `cat /run/secrets/DATABASE_PASSWORD`
CREATE ROLE chat LOGIN PASSWORD :'password';
CREATE DATABASE chat OWNER chat;
ALTER ROLE chat SET log_min_error_statement = panic;
ALTER ROLE chat SET log_statement = none;
ALTER ROLE chat SET log_min_duration_statement = -1;
