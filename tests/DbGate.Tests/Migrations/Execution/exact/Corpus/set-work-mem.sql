SET work_mem = '64MB';
UPDATE item SET note = 'u' WHERE id <= 5;
RESET ALL;
