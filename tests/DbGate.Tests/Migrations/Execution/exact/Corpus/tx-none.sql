ALTER TABLE item ADD COLUMN a int;
INSERT INTO item VALUES (101, 'x', NULL);
UPDATE item SET note = 'u' WHERE id <= 5;
