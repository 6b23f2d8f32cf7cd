BEGIN;
SAVEPOINT dbgate_probe;
ALTER TABLE item ALTER COLUMN name TYPE varchar(90);
ROLLBACK TO dbgate_probe;
COMMIT;
