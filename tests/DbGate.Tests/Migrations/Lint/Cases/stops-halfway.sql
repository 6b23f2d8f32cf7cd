--- setup
CREATE TABLE t (id int, name text);
--- err per-statement
ALTER TABLE t ADD COLUMN phone text;
CREATE INDEX CONCURRENTLY i ON t (name);
--- err per-statement
CREATE INDEX CONCURRENTLY i ON t (name);
CREATE INDEX CONCURRENTLY j ON t (id);
--- ok per-statement
CREATE INDEX CONCURRENTLY i ON t (name);
--- ok per-statement
ALTER TABLE t ADD COLUMN phone text;
ALTER TABLE t ADD COLUMN fax text;
