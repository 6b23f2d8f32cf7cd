--- setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (id bigint, price numeric(10,2), name varchar(50), note text, at timestamptz(3), ratio double precision, m mood);
INSERT INTO t VALUES (1, 1.25, 'a', 'b', now(), 0.5, 'ok');
--- err
ALTER TABLE t ALTER COLUMN price TYPE numeric(10,1);
--- err
ALTER TABLE t ALTER id SET DATA TYPE INTEGER;
--- err
ALTER TABLE t ALTER COLUMN name TYPE varchar(10);
--- err
ALTER TABLE t ALTER COLUMN name TYPE varchar(10) USING name::varchar(10);
--- err
ALTER TABLE t ALTER COLUMN at TYPE date;
--- err
ALTER TABLE t ALTER COLUMN ratio TYPE integer;
--- err
CREATE TYPE mood_new AS ENUM ('ok');
ALTER TABLE t ALTER COLUMN m TYPE mood_new USING (m::text::mood_new);
--- ok
ALTER TABLE t ALTER COLUMN price TYPE numeric(12,2);
--- ok
ALTER TABLE t ALTER COLUMN name TYPE text;
--- ok
ALTER TABLE t ALTER COLUMN m TYPE text;
