ALTER TYPE mood ADD VALUE 'great';
COMMIT;
INSERT INTO person VALUES (9, 'great');
