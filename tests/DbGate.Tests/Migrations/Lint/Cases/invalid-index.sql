--- setup
CREATE TABLE t (id int, name text);
--- err
CREATE UNIQUE INDEX CONCURRENTLY i ON t (name);
--- err
CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (name);
--- ok
CREATE INDEX CONCURRENTLY i ON t (name);
--- ok
CREATE UNIQUE INDEX IF NOT EXISTS i ON t (name);
