SELECT pg_advisory_xact_lock(4711);
ALTER TABLE item ADD COLUMN a int;
