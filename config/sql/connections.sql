-- Who is connected to this database, and for how long idle.
--   psql -U postgres -d terafy_db -f config/sql/connections.sql
-- Another role than a superuser needs pg_read_all_stats: without it, state and times of other roles are empty.

-- All connections
SELECT pid, usename, datname, application_name, state, state_change, now() - state_change AS idle_duration, query
FROM pg_stat_activity
WHERE datname = current_database()
ORDER BY state_change;

-- Only those of the application's role
SELECT pid, usename, application_name, state, now() - state_change AS idle_duration
FROM pg_stat_activity
WHERE datname = current_database() AND usename = 'terafy_app'
ORDER BY state_change;

-- How many each role has
SELECT usename, count(*) AS connections
FROM pg_stat_activity
WHERE datname = current_database()
GROUP BY usename
ORDER BY connections DESC, usename;
