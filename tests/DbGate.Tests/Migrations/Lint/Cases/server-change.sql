--- setup
CREATE TABLE t (id int);
--- err fails 25001
ALTER SYSTEM SET wal_level = minimal;
--- err fails 42704
ALTER ROLE nobody_here SET search_path = x;
--- err
SET session_replication_role = replica;
--- err
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = 0;
--- ok
SET session_replication_role = origin;
--- ok
SELECT pg_backend_pid();
