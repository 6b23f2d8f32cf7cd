PREPARE p (int) AS UPDATE item SET note = 'p' WHERE id = $1;
EXECUTE p (2);
