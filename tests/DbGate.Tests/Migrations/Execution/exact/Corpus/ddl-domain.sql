CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE dom (p positive);
INSERT INTO dom VALUES (1);
