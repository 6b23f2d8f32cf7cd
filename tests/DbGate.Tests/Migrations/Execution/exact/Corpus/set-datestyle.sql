SET DateStyle = 'German';
UPDATE item SET note = DATE '2026-01-02'::text WHERE id = 1;
