--- setup
CREATE TABLE t (id int, price numeric);
--- err
ALTER TABLE t ADD CONSTRAINT positive CHECK (price > 0) NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT positive;
--- ok
ALTER TABLE t ADD CONSTRAINT positive CHECK (price > 0) NOT VALID;
