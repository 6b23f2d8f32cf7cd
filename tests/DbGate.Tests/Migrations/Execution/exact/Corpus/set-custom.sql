SET app.tenant = 'a';
UPDATE item SET note = current_setting('app.tenant') WHERE id = 1;
