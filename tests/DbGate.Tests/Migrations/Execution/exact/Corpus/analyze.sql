UPDATE item SET note = 'u' WHERE id <= 5;
ANALYZE item;
