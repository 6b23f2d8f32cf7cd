LOCK TABLE item IN SHARE MODE;
UPDATE item SET note = 'u' WHERE id <= 5;
