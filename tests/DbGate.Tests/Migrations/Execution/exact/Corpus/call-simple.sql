CREATE PROCEDURE quiet() LANGUAGE sql AS 'UPDATE item SET note = ''q'' WHERE id = 1';
CALL quiet();
