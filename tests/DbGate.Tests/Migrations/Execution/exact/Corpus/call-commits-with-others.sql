ALTER TABLE item ADD COLUMN a int;
CALL committing();
