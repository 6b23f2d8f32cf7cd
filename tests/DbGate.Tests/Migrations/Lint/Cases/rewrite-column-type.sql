--- setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id integer PRIMARY KEY, price numeric(10,2), name varchar(50), note text, at timestamptz(3), m mood, tags varchar(5)[]);
INSERT INTO t VALUES (1, 1.25, 'a', 'b', now(), 'ok', '{a}');
--- err
ALTER TABLE t ALTER COLUMN id TYPE BIGINT;
--- err
ALTER TABLE t ALTER COLUMN m TYPE text;
--- err
ALTER TABLE t ALTER COLUMN note TYPE varchar(20);
--- err
ALTER TABLE t ALTER COLUMN price TYPE numeric(12,4);
--- ok
ALTER TABLE t ALTER COLUMN name TYPE varchar(60);
--- ok
ALTER TABLE t ALTER COLUMN name TYPE text, ALTER COLUMN price TYPE numeric(14,2), ALTER at TYPE timestamptz;
--- err
ALTER TABLE t ALTER COLUMN tags TYPE text[];
--- ok
CREATE TABLE n (id int);
ALTER TABLE n ALTER COLUMN id TYPE bigint;
