--- setup
CREATE TABLE t (id int, name text);
--- err fails 42601
ALTER TABLE t ADD CONSTRAINT positive CHECK (id > 0) NOT ENFORCED;
--- err fails 42601
ALTER TABLE t ADD COLUMN twice int GENERATED ALWAYS AS (id * 2) VIRTUAL;
--- err fails 42601
ALTER TABLE t ADD CONSTRAINT filled NOT NULL name;
--- err fails 42601
MERGE INTO t USING t s ON t.id = s.id WHEN NOT MATCHED BY SOURCE THEN DELETE;
--- err fails 42883
ALTER TABLE t ADD COLUMN u uuid DEFAULT uuidv7();
--- ok
MERGE INTO t USING t s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = 'x';
--- ok
ALTER TABLE t ADD CONSTRAINT one UNIQUE NULLS NOT DISTINCT (name);
