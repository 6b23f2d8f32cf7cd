--- setup
CREATE TABLE t (id int, a text);
--- err
ALTER TABLE t ADD COLUMN b text;
--- err
CREATE INDEX ON t (a);
SET lock_timeout = '5s';
--- ok
SET LOCAL lock_timeout = '5s';
ALTER TABLE t ADD COLUMN b text;
--- ok
SET statement_timeout TO '1min';
CREATE INDEX ON t (a);
--- ok
CREATE TABLE n (id int);
CREATE INDEX ON n (id);
INSERT INTO t SELECT 1;
