--- setup
CREATE TABLE t (id int, a text, b text);
INSERT INTO t VALUES (1, 'a', 'b');
--- err
DELETE FROM t;
--- err
UPDATE t SET a = lower(a), (b) = ROW ('x');
--- err
UPDATE ONLY t SET a = 'x' WHERE true;
--- err
WITH x AS (SELECT 1) DELETE FROM t USING x;
--- err
ALTER TABLE t ADD COLUMN c text;
UPDATE t SET c = a, a = '';
--- ok
DELETE FROM t WHERE id > 5;
--- ok
ALTER TABLE t ADD COLUMN c text;
UPDATE t SET c = a || b;
--- ok
UPDATE t SET a = (SELECT max(b) FROM t) WHERE a IS NULL;
--- err
DELETE FROM t WHERE 1 = 1;
--- err
WITH d AS (UPDATE t SET a = 1 RETURNING a) INSERT INTO t (a) SELECT a FROM d;
--- err
MERGE INTO t USING t s ON t.a = s.a WHEN MATCHED THEN DELETE;
--- err
CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t; END $$;
SELECT wipe();
--- ok
MERGE INTO t USING t s ON t.a = s.a WHEN NOT MATCHED THEN INSERT (a) VALUES (s.a);
