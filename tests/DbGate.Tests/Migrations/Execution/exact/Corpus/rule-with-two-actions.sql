CREATE RULE r AS ON INSERT TO person DO ALSO (UPDATE item SET note = 'r' WHERE id = 1; UPDATE item SET note = 'r2' WHERE id = 2);
INSERT INTO person VALUES (50, 'ok');
