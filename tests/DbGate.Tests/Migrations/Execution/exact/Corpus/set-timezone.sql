SET TIME ZONE 'Asia/Tokyo';
UPDATE item SET note = (TIMESTAMPTZ '2026-01-02 00:00+00')::text WHERE id = 1;
