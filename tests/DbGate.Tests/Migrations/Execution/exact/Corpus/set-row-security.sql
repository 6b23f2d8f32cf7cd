SET row_security = off;
UPDATE item SET note = 'u' WHERE id <= 5;
