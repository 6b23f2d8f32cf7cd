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
