--- setup
CREATE TABLE t (id int, a timestamp(3), b timestamptz(3));
INSERT INTO t VALUES (1, '2026-01-01', '2026-01-01');
--- err
ALTER TABLE t ALTER COLUMN a TYPE timestamptz(3);
--- err
ALTER TABLE t ALTER COLUMN b SET DATA TYPE TIMESTAMP(3);
--- err
ALTER TABLE t ALTER COLUMN a TYPE timestamptz USING a AT TIME ZONE 'UTC';
--- ok
ALTER TABLE t ALTER COLUMN a TYPE timestamp(6);
