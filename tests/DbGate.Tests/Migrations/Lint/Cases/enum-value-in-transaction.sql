--- setup
CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE t (id int, m mood DEFAULT 'ok');
--- err
ALTER TYPE mood ADD VALUE 'sad';
ALTER TABLE t ALTER COLUMN m SET DEFAULT 'sad';
--- ok
ALTER TYPE mood ADD VALUE 'sad';
ALTER TYPE mood ADD VALUE 'glad' AFTER 'sad';
