SET session_replication_role = replica;
INSERT INTO line VALUES (70, 777, 1);
SET session_replication_role = DEFAULT;
