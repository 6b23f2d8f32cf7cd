SELECT pg_advisory_lock(4711);
ALTER TABLE item ADD COLUMN a int;
SELECT pg_advisory_unlock(4711);
