ALTER TYPE mood ADD VALUE 'great';
INSERT INTO person VALUES (9, 'great');
