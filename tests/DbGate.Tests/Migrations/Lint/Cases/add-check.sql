--- setup
CREATE TABLE t (id int, price numeric);
--- err
ALTER TABLE t ADD CONSTRAINT positive CHECK (price > 0);
--- err
ALTER TABLE t ADD CHECK (price > (id - 1));
--- ok
ALTER TABLE t ADD CONSTRAINT positive CHECK (price > 0) NOT VALID;
--- ok
CREATE TABLE n (a int, CHECK (a > 0));
--- err
ALTER TABLE t ADD COLUMN x int DEFAULT 1 CHECK (x > 0);
--- ok fails 42601
ALTER TABLE t ADD CONSTRAINT positive CHECK (price > 0) NOT ENFORCED;
